namespace MegatronBridge.Cpu.Verification;

/// <summary>The residual stream of a pass behind every part, to be compared with that of another model.</summary>
internal sealed class RecordedHidden : IForwardObserver
{
    private readonly Dictionary<(int Layer, string Part), float[]> _streams = [];

    /// <inheritdoc/>
    public void OnHidden(int layer, string part, ReadOnlySpan<float> hidden, int width) =>
        _streams[(layer, part)] = hidden.ToArray();

    /// <summary>What compares the pass of another model with this one, and adds what it finds to a list.</summary>
    public IForwardObserver Against(ICollection<HiddenDifference> differences) => new Comparer(_streams, differences);

    private sealed class Comparer(
        Dictionary<(int Layer, string Part), float[]> recorded,
        ICollection<HiddenDifference> differences
    ) : IForwardObserver
    {
        public void OnHidden(int layer, string part, ReadOnlySpan<float> hidden, int width)
        {
            if (!recorded.Remove((layer, part), out float[]? left) || left.Length != hidden.Length)
            {
                throw new ArgumentException(
                    $"The models are built differently: layer {layer}, {part} is not the same part of both.",
                    nameof(hidden)
                );
            }

            NumberDifference difference = NumberDifference.Of(left, hidden);
            differences.Add(new(layer, part, difference.Largest, difference.Relative, difference.Cosine));
        }
    }
}
