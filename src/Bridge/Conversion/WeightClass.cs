namespace MegatronBridge.Conversion;

/// <summary>What a sample of the weights of one kind looks like: those of all layers and experts that differ in numbers alone.</summary>
/// <param name="Name">The Megatron name with a star for each number.</param>
/// <param name="Parameters">Number of parameters of this kind.</param>
/// <param name="Sampled">Numbers that were looked at.</param>
/// <param name="Std">Their standard deviation; NaN for none.</param>
/// <param name="Largest">The largest of them without its sign; NaN for none.</param>
/// <param name="Warning">Why they do not look like weights, in a sentence; null when they do.</param>
public sealed record WeightClass(
    string Name,
    int Parameters,
    long Sampled,
    double Std,
    double Largest,
    string? Warning
);
