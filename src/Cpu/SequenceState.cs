namespace MegatronBridge.Cpu;

/// <summary>
/// What a model keeps of the tokens of a sequence that it has seen: keys and values, states of recurrent layers. With it, a pass computes
/// the tokens that come next and nothing twice.
/// </summary>
public sealed class SequenceState : IDisposable
{
    private readonly Dictionary<object, IDisposable> _parts = [];

    /// <summary>How many tokens it has.</summary>
    public int Length { get; internal set; }

    /// <summary>What a block keeps; made when it asks for the first time.</summary>
    internal T Of<T>(object block, Func<T> make)
        where T : class, IDisposable
    {
        if (!_parts.TryGetValue(block, out IDisposable? part))
        {
            part = make();
            _parts.Add(block, part);
        }

        return (T)part;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in _parts.Values)
        {
            part.Dispose();
        }

        _parts.Clear();
    }
}
