using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>One parameter of a Megatron model: what the model table knows of it without having seen a weight.</summary>
public sealed record ModelParameter
{
    /// <summary>Name in the model, layers and experts numbered globally: <c>decoder.layers.3.mlp.linear_fc1.weight</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Key in a torch_dist checkpoint, where equal layers and the experts of a layer share one tensor.</summary>
    public required string Key { get; init; }

    /// <summary>Shape of this one parameter, all tensor parallel ranks taken together.</summary>
    public required Shape Shape { get; init; }

    /// <summary>How tensor parallelism cuts it.</summary>
    public required Cut Cut { get; init; }

    /// <summary>Where it lies in the tensor called <see cref="Key"/>: the dimensions in front of its own.</summary>
    public IReadOnlyList<StackAxis> Axes { get; init; } = [];

    /// <summary>The pipeline rank that owns it.</summary>
    public required int Stage { get; init; }

    /// <summary>The expert that it belongs to, or null for a dense parameter.</summary>
    public int? Expert { get; init; }
}
