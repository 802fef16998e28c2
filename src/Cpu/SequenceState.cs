using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu;

/// <summary>
/// What a model keeps of the tokens of a sequence that it has seen: keys and values, states of recurrent layers. With it, a pass computes
/// the tokens that come next and nothing twice.
/// </summary>
public sealed class SequenceState : IDisposable
{
    private readonly Dictionary<object, IStatePart> _parts = [];

    /// <summary>Makes the state before the first token.</summary>
    /// <param name="cacheType">
    /// The type that keys and values are kept in: BF16, F16 or F32; that of the layer's weights when it is not given.
    /// </param>
    /// <exception cref="ArgumentException">It is another type.</exception>
    public SequenceState(DType? cacheType = null)
    {
        CacheType = cacheType is null or DType.BF16 or DType.F16 or DType.F32
            ? cacheType
            : throw new ArgumentException(
                $"Keys and values are kept in BF16, F16 or F32, not in {cacheType}.",
                nameof(cacheType)
            );
    }

    /// <summary>The type that keys and values are kept in; null for that of the layer's weights.</summary>
    public DType? CacheType { get; }

    /// <summary>How many tokens it has.</summary>
    public int Length { get; internal set; }

    /// <summary>Bytes of memory that this rank keeps of the tokens.</summary>
    public long ByteCount => _parts.Values.Sum(part => part.ByteCount);

    /// <summary>What a block keeps; made when it asks for the first time.</summary>
    internal T Of<T>(object block, Func<SequenceState, T> make)
        where T : class, IStatePart
    {
        if (!_parts.TryGetValue(block, out IStatePart? part))
        {
            part = make(this);
            _parts.Add(block, part);
        }

        return (T)part;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IStatePart part in _parts.Values)
        {
            part.Dispose();
        }

        _parts.Clear();
    }
}
