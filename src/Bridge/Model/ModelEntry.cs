namespace MegatronBridge.Model;

/// <summary>Something that a checkpoint of a model must have: a parameter or an object.</summary>
public abstract record ModelEntry
{
    /// <summary>
    /// Key in a torch_dist checkpoint, where equal layers and the experts of a layer share one:
    /// <c>decoder.layers.mlp.linear_fc1.weight</c>.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>Its place among those that share the key: layer, then expert; none for a single one.</summary>
    public IReadOnlyList<StackAxis> Axes { get; init; } = [];

    /// <summary>The pipeline rank that owns it.</summary>
    public required int Stage { get; init; }

    /// <summary>The virtual stage on that rank.</summary>
    public int VirtualStage { get; init; }

    /// <summary>The layer of the decoder that it belongs to, or null.</summary>
    public int? Layer { get; init; }

    /// <summary>The expert that it belongs to, or null.</summary>
    public int? Expert { get; init; }
}
