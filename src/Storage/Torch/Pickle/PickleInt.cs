using System.Numerics;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A Python <c>int</c>, of any size.</summary>
public sealed class PickleInt : PickleValue
{
    private static readonly PickleInt[] Small = [.. Enumerable.Range(0, 1025).Select(value => new PickleInt(value))];

    private PickleInt(BigInteger value) => Value = value;

    /// <summary>The number.</summary>
    public BigInteger Value { get; }

    /// <summary>The number as a value; small ones are shared, since pickles do not tell them apart.</summary>
    public static PickleInt Of(BigInteger value) => value >= 0 && value < Small.Length ? Small[(int)value] : new(value);
}
