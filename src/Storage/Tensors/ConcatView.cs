namespace MegatronBridge.Storage.Tensors;

/// <summary>Several tensors one behind the other along one dimension.</summary>
public sealed class ConcatView : TensorView
{
    private readonly TensorView[] _parts;
    private readonly long[] _starts; // where each part's block begins in a row, and at last the row's size, in bytes

    /// <summary>Joins <paramref name="parts"/>, which agree in dtype and in all dimensions but <paramref name="axis"/>.</summary>
    public ConcatView(int axis, params IReadOnlyList<TensorView> parts)
        : base(parts[0].DType, Join(axis, parts))
    {
        _parts = [.. parts];
        _starts = new long[_parts.Length + 1];
        for (int i = 0; i < _parts.Length; i++)
        {
            _starts[i + 1] = _starts[i] + DType.ByteCount(_parts[i].Shape.CountFrom(axis))!.Value;
        }
    }

    private static Shape Join(int axis, IReadOnlyList<TensorView> parts)
    {
        TensorView first = parts[0];
        foreach (TensorView part in parts)
        {
            bool fits =
                part.DType == first.DType
                && part.Shape.Rank == first.Shape.Rank
                && part.Shape.AsSpan()[..axis].SequenceEqual(first.Shape.AsSpan()[..axis])
                && part.Shape.AsSpan()[(axis + 1)..].SequenceEqual(first.Shape.AsSpan()[(axis + 1)..]);
            if (!fits)
            {
                throw new ArgumentException(
                    $"{part} cannot be joined with {first} along dimension {axis}.",
                    nameof(parts)
                );
            }
        }

        return first.Shape.With(axis, parts.Sum(part => part.Shape[axis]));
    }

    /// <inheritdoc/>
    protected internal override bool Locate(long offset, long length, FileRuns runs)
    {
        (long row, long inRow) = Math.DivRem(offset, _starts[^1]);
        int part = PartAt(inRow);
        while (length > 0)
        {
            long blockBytes = _starts[part + 1] - _starts[part];
            long inBlock = inRow - _starts[part];
            long count = Math.Min(blockBytes - inBlock, length);
            if (count > 0 && !_parts[part].Locate((row * blockBytes) + inBlock, count, runs))
            {
                return false;
            }

            length -= count;
            (part, row) = part + 1 < _parts.Length ? (part + 1, row) : (0, row + 1);
            inRow = _starts[part];
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        (long row, long inRow) = Math.DivRem(offset, _starts[^1]);
        int part = PartAt(inRow);
        while (true)
        {
            long blockBytes = _starts[part + 1] - _starts[part];
            long inBlock = inRow - _starts[part];
            int run = (int)Math.Min(blockBytes - inBlock, destination.Length);
            _parts[part].Read((row * blockBytes) + inBlock, destination[..run]);
            destination = destination[run..];
            if (destination.IsEmpty)
            {
                return;
            }

            part++;
            if (part == _parts.Length)
            {
                part = 0;
                row++;
            }

            inRow = _starts[part];
        }
    }

    /// <summary>The last part that begins at or before that byte of a row: those of no size are passed over.</summary>
    private int PartAt(long inRow)
    {
        int low = 0;
        int high = _parts.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _starts[middle] <= inRow ? (middle, high) : (low, middle - 1);
        }

        return low;
    }
}
