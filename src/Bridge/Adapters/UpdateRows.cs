using System.Buffers;

namespace MegatronBridge.Adapters;

/// <summary>Rows of B and their magnitudes as float32, read some at a time.</summary>
internal sealed class UpdateRows : IDisposable
{
    private const int MostNumbers = 1 << 16; // at a time, but one row at least

    private readonly LowRankUpdate _update;
    private readonly FactorCache _factors;
    private readonly FactorCache.Matrix? _whole;
    private readonly long _end;
    private readonly int _most;
    private readonly float[] _b;
    private readonly float[] _magnitudes;
    private long _first;
    private int _count;

    /// <summary>Prepares for rows in their order, the last one before <paramref name="end"/>.</summary>
    public UpdateRows(LowRankUpdate update, FactorCache factors, bool holdsB, long first, long end)
    {
        _update = update;
        _factors = factors;
        (_first, _end) = (first, end);
        _most = (int)Math.Min(end - first, Math.Max(1, MostNumbers / update.Rank));
        _whole = holdsB ? factors.Lend(update.B) : null;
        _b = ArrayPool<float>.Shared.Rent(holdsB ? 0 : _most * update.Rank);
        _magnitudes = ArrayPool<float>.Shared.Rent(_most);
    }

    /// <summary>A row of B.</summary>
    public ReadOnlySpan<float> B(long row)
    {
        ReadUpTo(row);
        return _whole is null
            ? _b.AsSpan((int)(row - _first) * _update.Rank, _update.Rank)
            : _whole.Numbers.AsSpan((int)row * _update.Rank, _update.Rank);
    }

    /// <summary>The length that a row is brought to; null without DoRA.</summary>
    public float? Magnitude(long row)
    {
        ReadUpTo(row);
        return _update.Magnitude is null ? null : _magnitudes[row - _first];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_b);
        ArrayPool<float>.Shared.Return(_magnitudes);
        if (_whole is not null)
        {
            _factors.Return(_whole);
        }
    }

    private void ReadUpTo(long row)
    {
        if (row < _first + _count)
        {
            return;
        }

        _first = row;
        _count = (int)Math.Min(_most, _end - row);
        if (_whole is null)
        {
            FactorCache.ToSingle(_update.B, row * _update.Rank, _b.AsSpan(0, _count * _update.Rank));
        }

        if (_update.Magnitude is { } magnitude)
        {
            FactorCache.ToSingle(magnitude, row, _magnitudes.AsSpan(0, _count));
        }
    }
}
