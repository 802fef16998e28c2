using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>Multi-head attention with query groups: one fused projection in, one out; perhaps a sink for each head.</summary>
internal static class SelfAttention
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        LayerSpec spec = LayerSpec.Of(provider);
        long hidden = provider.HiddenSize;
        long heads = provider.NumAttentionHeads;
        long headSize = provider.KvChannels;
        long queries = provider.AttentionOutputGate ? 2 * heads : heads; // a gate is as large as a query
        long valueSize = provider.ValueHeadSize;
        long qkvRows = ((queries + provider.NumQueryGroups) * headSize) + (provider.NumQueryGroups * valueSize);

        if (provider.SoftmaxType == "learnable")
        {
            scope.Parameter("self_attention.core_attention.softmax_offset", [heads], Cut.Rows);
            scope.Module("self_attention.core_attention");
        }

        scope.Linear("self_attention.linear_proj", [hidden, heads * valueSize], Cut.Columns, provider.AddBiasLinear);
        if (spec.HasPostNorms)
        {
            Norm.AddTo(scope, "self_attention.linear_proj.post_layernorm", hidden, provider);
        }

        if (spec.HasNormBeforeAttention)
        {
            Norm.AddFused(scope, "self_attention.linear_qkv", hidden, provider);
        }

        scope.Linear(
            "self_attention.linear_qkv",
            [qkvRows, hidden],
            Cut.Rows,
            provider.AddQkvBias || provider.AddBiasLinear
        );
        if (provider.QkLayernorm)
        {
            QkNorms.AddTo(scope, provider);
        }
    }
}
