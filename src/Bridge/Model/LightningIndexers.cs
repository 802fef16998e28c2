using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Model;

/// <summary>
/// The indexers of MiniMax-M3, which choose blocks of tokens for some layers. Megatron looks at all tokens and only keeps them, each
/// beside its layer.
/// </summary>
internal static class LightningIndexers
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        PipelineSplit pipeline = new(provider);
        long heads = provider.IndexNHeads;
        long headSize = provider.IndexHeadDim;
        foreach (int layer in provider.LightningIndexerLayers)
        {
            TableScope indexer = scope.Inside($"lightning_indexers.{layer}.") with
            {
                Stage = pipeline.StageOf(layer).Pp,
            };
            indexer.Parameter("q_proj.weight", [heads * headSize, provider.HiddenSize], Cut.Replicated);
            indexer.Parameter("k_proj.weight", [headSize, provider.HiddenSize], Cut.Replicated);
            indexer.Parameter("q_norm.weight", [headSize], Cut.Replicated);
            indexer.Parameter("k_norm.weight", [headSize], Cut.Replicated);
        }
    }
}
