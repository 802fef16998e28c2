using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Flops;

/// <summary>Multi-head attention with query groups, full or within a window; sinks and norms do not count.</summary>
internal static class AttentionFlops
{
    /// <summary>Adds a layer; <paramref name="provider"/> is that of the layer, <paramref name="window"/> null for full attention.</summary>
    public static void AddTo(FlopsLedger ledger, ModelProvider provider, long? window)
    {
        decimal hidden = provider.HiddenSize;
        decimal heads = provider.NumAttentionHeads;
        decimal groups = provider.NumQueryGroups;
        decimal headSize = provider.KvChannels;
        bool isUniform = ledger.Imitates(UpstreamSlips.OwnSizes);
        decimal valueSize = isUniform ? headSize : provider.ValueHeadSize;
        decimal queries = heads * headSize;
        decimal keys = groups * headSize;
        decimal values = groups * valueSize;
        if (!isUniform && provider.IsGemma4)
        {
            values = provider.HasKeysAsValues ? 0 : values;
            (keys, values) = provider.TakesKeysOfOtherLayer ? (0, 0) : (keys, values);
        }

        decimal gates =
            provider.AttentionOutputGate ? queries
            : provider.HasHeadGates && !ledger.Imitates(UpstreamSlips.Gates) ? heads
            : 0;

        BlockTally block = ledger.Layer(window is null ? "attention" : "attention within a window");
        block.Weights(
            "linear_qkv",
            hidden,
            queries + gates + keys + values,
            ledger.Tokens,
            parts: [("linear_q", queries + gates), ("linear_k", keys), ("linear_v", values)]
        );
        block.Weights("linear_proj", heads * valueSize, hidden, ledger.Tokens);
        block.Values(2 * heads * (headSize + valueSize) * ledger.Batch.Pairs(window));
    }
}
