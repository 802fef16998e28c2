namespace MegatronBridge.Config;

// How a checkpoint stores the layers.
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

    private bool IsEveryLayer(string field) =>
        !Has(field) || this[field] is { IsNull: true } or ConfigValue.Integer { Value.IsOne: true };

    private bool IsSet(string field) => Has(field) && FlagOrNull(field) == true;
}
