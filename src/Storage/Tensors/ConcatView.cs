namespace MegatronBridge.Storage.Tensors;

/// <summary>Several tensors one behind the other along one dimension.</summary>
public sealed class ConcatView : TensorView
{
    private readonly TensorView[] _parts;
    private readonly long[] _blockBytes; // of each part: the bytes between two steps of the dimensions before the axis
    private readonly long _rowBytes; // sum of the above

    /// <summary>Joins <paramref name="parts"/>, which agree in dtype and in all dimensions but <paramref name="axis"/>.</summary>
    public ConcatView(int axis, params IReadOnlyList<TensorView> parts)
        : base(parts[0].DType, Join(axis, parts))
    {
        _parts = [.. parts];
        _blockBytes = Array.ConvertAll(_parts, part => part.DType.ByteCount(part.Shape.CountFrom(axis))!.Value);
        _rowBytes = _blockBytes.Sum();
    }

    private static Shape Join(int axis, IReadOnlyList<TensorView> parts)
    {
        TensorView first = parts[0];
        foreach (TensorView part in parts)
        {
            bool fits = part.DType == first.DType && part.Shape.Rank == first.Shape.Rank;
            if (!fits || part.Shape.With(axis, 0) != first.Shape.With(axis, 0))
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
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        (long row, long inRow) = Math.DivRem(offset, _rowBytes);
        while (true)
        {
            for (int i = 0; i < _parts.Length; i++)
            {
                if (inRow >= _blockBytes[i])
                {
                    inRow -= _blockBytes[i];
                    continue;
                }

                int run = (int)Math.Min(_blockBytes[i] - inRow, destination.Length);
                _parts[i].Read((row * _blockBytes[i]) + inRow, destination[..run]);
                destination = destination[run..];
                if (destination.IsEmpty)
                {
                    return;
                }

                inRow = 0;
            }

            row++;
        }
    }
}
