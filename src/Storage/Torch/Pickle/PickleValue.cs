using System.Numerics;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>
/// One node of a pickled object graph: data only, nothing is ever imported or called. Values are compared by
/// reference, because pickles share them; a value may even contain itself, so walk a graph only with a guard.
/// </summary>
public abstract class PickleValue
{
    /// <summary>How deep a pickle may nest. Real checkpoints stay under 30.</summary>
    public const int MaxDepth = 500;

    private protected PickleValue() { }

    /// <summary>Python's <c>None</c>.</summary>
    public static PickleValue None => PickleNone.Instance;

    /// <summary>Levels of values below this one that were known when they were put in: 0 for an atom.</summary>
    internal int Depth { get; private set; }

    /// <summary>The value as Python would nearly print it, shortened.</summary>
    public sealed override string ToString() => PicklePrinter.Print(this);

    /// <summary>A Python <c>str</c>.</summary>
    public static implicit operator PickleValue(string value) => new PickleText(value);

    /// <summary>A Python <c>int</c>.</summary>
    public static implicit operator PickleValue(long value) => PickleInt.Of(value);

    /// <summary>A Python <c>int</c> of any size.</summary>
    public static implicit operator PickleValue(BigInteger value) => PickleInt.Of(value);

    /// <summary>A Python <c>float</c>.</summary>
    public static implicit operator PickleValue(double value) => new PickleFloat(value);

    /// <summary>A Python <c>bool</c>.</summary>
    public static implicit operator PickleValue(bool value) => PickleBool.Of(value);

    private protected T Adopt<T>(T child)
        where T : PickleValue
    {
        Depth = Math.Max(Depth, child.Depth + 1);
        return child;
    }
}
