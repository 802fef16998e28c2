using MegatronBridge.Config;
using MegatronBridge.Initialization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>One parameter of a Megatron model: what the model table knows of it without having seen a weight.</summary>
public sealed record ModelParameter : ModelEntry
{
    /// <summary>Name in the model, layers and experts numbered globally: <c>decoder.layers.3.mlp.linear_fc1.weight</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Shape of this one parameter, all tensor parallel ranks taken together.</summary>
    public required Shape Shape { get; init; }

    /// <summary>
    /// The type in which Megatron keeps it whatever the type of the model, or null for the model's. A cast of the model
    /// leaves it alone.
    /// </summary>
    public DType? DType { get; init; }

    /// <summary>The config that its layer is built from, where that is not the model's; else null.</summary>
    public ModelProvider? LayerProvider { get; init; }

    /// <summary>True when it is not trained by a gradient: the balance that a router keeps, the scale of a Gemma 4 layer.</summary>
    public bool IsBuffer { get; init; }

    /// <summary>What it begins with before training, where its name does not tell; else null.</summary>
    internal InitialValues? Initial { get; init; }

    /// <summary>How tensor parallelism cuts it.</summary>
    public required Cut Cut { get; init; }
}
