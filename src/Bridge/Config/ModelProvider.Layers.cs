namespace MegatronBridge.Config;

// What follows from the fields for each layer, and how a checkpoint stores the layers.
public sealed partial class ModelProvider
{
    /// <summary>
    /// True when all layers are alike, so that a checkpoint stacks them in one tensor; layers that may differ have keys of their own.
    /// </summary>
    public bool HasStackedLayers =>
        IsEveryLayer("moe_layer_freq")
        && IsEveryLayer("linear_attention_freq")
        && !IsSet("hetereogenous_dist_checkpoint")
        && !IsSet("heterogeneous_block_specs")
        && !IsSet("is_hybrid_model");

    /// <summary>
    /// True when a layer of sparse attention chooses the tokens that it looks at, and does not take the choice of one before: up
    /// to <c>dsa_indexer_skip_topk_offset</c> all layers choose, from there on every <c>dsa_indexer_topk_freq</c>th.
    /// </summary>
    public bool HasSparseIndexer(int layer) =>
        Math.Max(layer + 1 - Math.Max(DsaIndexerSkipTopkOffset, 1), 0) % Math.Max(DsaIndexerTopkFreq, 1) == 0;

    private bool IsEveryLayer(string field) =>
        !Has(field) || this[field] is { IsNull: true } or ConfigValue.Integer { Value.IsOne: true };

    private bool IsSet(string field) => Has(field) && FlagOrNull(field) == true;
}
