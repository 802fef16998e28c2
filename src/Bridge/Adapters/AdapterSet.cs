using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>A whole adapter, wherever it was read: what it does to each Hugging Face weight. Tensors are views over its files.</summary>
public sealed record AdapterSet
{
    /// <summary>What it says of itself.</summary>
    public required AdapterSettings Settings { get; init; }

    /// <summary>What it does, weight by weight; no weight twice.</summary>
    public required IReadOnlyList<LowRankUpdate> Updates { get; init; }

    /// <summary>Matrices for all experts of a layer, of which only the model tells what weights they are for.</summary>
    internal IReadOnlyList<PackedMatrices> Packed { get; init; } = [];

    /// <summary>The model that it adapts, as it names it, or null.</summary>
    public string? BaseModel { get; init; }

    /// <summary>What was left out because it does nothing.</summary>
    public IReadOnlyList<string> Fillers { get; init; } = [];

    /// <summary>Layers that are not adapted though they are called like such that are; names or ends of names.</summary>
    internal IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>What cannot be told exactly from the files, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Numbers that it trains.</summary>
    public long ParameterCount => Updates.Sum(update => update.Tensors.Sum(tensor => tensor.Shape.ElementCount));

    /// <summary>The same adapter in another floating-point type.</summary>
    public AdapterSet CastTo(DType dtype) =>
        this with
        {
            Updates =
            [
                .. Updates.Select(update =>
                    update with
                    {
                        A = update.A.CastTo(dtype),
                        B = update.B.CastTo(dtype),
                        Magnitude = update.Magnitude?.CastTo(dtype),
                    }
                ),
            ],
        };
}
