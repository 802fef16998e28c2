namespace MegatronBridge.Model;

/// <summary>
/// An object that a checkpoint must have beside the tensors: the <c>_extra_state</c> of a Transformer Engine module, without
/// which Megatron refuses to load. It is empty where no FP8 is used.
/// </summary>
public sealed record ModelObject : ModelEntry
{
    /// <summary>
    /// Name in the model, layers numbered globally: <c>decoder.layers.3.mlp.linear_fc1._extra_state</c>. The experts of a layer, which are
    /// one module when they are grouped, share it.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>True when the object is None, as some modules have it that are not of Transformer Engine.</summary>
    public bool IsNone { get; init; }

    /// <summary>The whole key: <c>.../shard_3_32</c>, or <c>.../shard_0_1</c> for a single one.</summary>
    public string ShardKey =>
        Axes.Count == 0
            ? $"{Key}/shard_0_1"
            : $"{Key}/shard_{string.Join('.', Axes.Select(axis => axis.Index))}_{string.Join('.', Axes.Select(axis => axis.Count))}";
}
