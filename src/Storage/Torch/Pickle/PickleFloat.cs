namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>float</c>.</summary>
public sealed class PickleFloat(double value) : PickleValue
{
    /// <summary>The number.</summary>
    public double Value { get; } = value;
}
