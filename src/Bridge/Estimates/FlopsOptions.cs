namespace MegatronBridge.Estimates;

/// <summary>What a step has beyond the training of a language model on text.</summary>
public sealed record FlopsOptions
{
    /// <summary>Training of everything, on text.</summary>
    public static FlopsOptions Default { get; } = new();

    /// <summary>
    /// Adapters that are trained while the weights of the model are frozen, so that these need no gradients of their own; null when
    /// all is trained.
    /// </summary>
    public LoraSettings? Lora { get; init; }

    /// <summary>What a model that sees is shown; their tokens are among those of the sequences.</summary>
    public IReadOnlyList<ImagePatches> Images { get; init; } = [];
}
