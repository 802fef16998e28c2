using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>One decoder layer: attention, then a dense or a mixture-of-experts MLP.</summary>
internal static class DecoderLayer
{
    public static void AddTo(TableScope scope, ModelProvider provider, int layer)
    {
        SelfAttention.AddTo(scope, provider);
        if (provider.IsMoeLayer(layer))
        {
            MixtureOfExperts.AddTo(scope, provider);
        }
        else
        {
            DenseMlp.AddTo(scope, provider);
        }
    }
}
