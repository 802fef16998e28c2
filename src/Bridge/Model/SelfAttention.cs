using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>Multi-head attention with query groups: one fused projection in, one out.</summary>
internal static class SelfAttention
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        long hidden = provider.HiddenSize;
        long heads = provider.NumAttentionHeads;
        long headSize = provider.KvChannels;
        long qkvRows = (heads + (2L * provider.NumQueryGroups)) * headSize;

        scope.Linear("self_attention.linear_proj", [hidden, heads * headSize], Cut.Columns, provider.AddBiasLinear);
        Norm.AddFused(scope, "self_attention.linear_qkv", hidden, provider);
        scope.Linear(
            "self_attention.linear_qkv",
            [qkvRows, hidden],
            Cut.Rows,
            provider.AddQkvBias || provider.AddBiasLinear
        );
        if (provider.QkLayernorm)
        {
            Norm.AddTo(scope, "self_attention.q_layernorm", headSize, provider);
            Norm.AddTo(scope, "self_attention.k_layernorm", headSize, provider);
        }
    }
}
