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

        scope.Parameter("self_attention.linear_proj.weight", [hidden, heads * headSize], Cut.Columns);
        if (provider.AddBiasLinear)
        {
            scope.Parameter("self_attention.linear_proj.bias", [hidden], Cut.Replicated);
        }

        scope.Module("self_attention.linear_proj");

        Norm.AddFused(scope, "self_attention.linear_qkv", hidden, provider);
        scope.Parameter("self_attention.linear_qkv.weight", [qkvRows, hidden], Cut.Rows);
        if (provider.AddQkvBias || provider.AddBiasLinear)
        {
            scope.Parameter("self_attention.linear_qkv.bias", [qkvRows], Cut.Rows);
        }

        scope.Module("self_attention.linear_qkv");

        if (provider.QkLayernorm)
        {
            Norm.AddTo(scope, "self_attention.q_layernorm", headSize, provider);
            Norm.AddTo(scope, "self_attention.k_layernorm", headSize, provider);
        }
    }
}
