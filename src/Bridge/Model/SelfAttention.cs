using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>Multi-head attention with query groups: one fused projection in, one out; perhaps a sink for each head.</summary>
internal static class SelfAttention
{
    /// <summary>Adds it under the names of <paramref name="scope"/>, which is that of the attention module.</summary>
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
            scope.Parameter("core_attention.softmax_offset", [heads], Cut.Rows);
            scope.Module("core_attention");
        }

        scope.Linear(
            "linear_proj",
            [hidden, heads * valueSize],
            Cut.Columns,
            provider.AddBiasLinear || provider.AddAttentionOutputBias
        );
        if (spec.HasPostNorms)
        {
            Norm.AddTo(scope, "linear_proj.post_layernorm", hidden, provider);
        }

        if (spec.HasNormBeforeAttention)
        {
            Norm.AddFused(scope, "linear_qkv", hidden, provider);
        }

        bool hasBias = provider.AddQkvBias || provider.AddBiasLinear;
        if (provider.HasHeadGates)
        {
            Cut cut = Cut.RowParts(new CutPart(qkvRows, "_qkv"), new CutPart(heads, "_gate"));
            scope.Linear("linear_qkv", [qkvRows + heads, hidden], cut, hasBias);
        }
        else
        {
            scope.Linear("linear_qkv", [qkvRows, hidden], Cut.Rows, hasBias);
        }

        if (provider.QkLayernorm)
        {
            QkNorms.AddTo(scope, provider);
        }
    }
}
