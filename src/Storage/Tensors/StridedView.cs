using System.Buffers;
using System.Runtime.InteropServices;

namespace MegatronBridge.Storage.Tensors;

/// <summary>
/// A tensor whose neighbours along a dimension are any number of elements apart in another tensor: transposed, with
/// gaps, or the same element again and again.
/// </summary>
public sealed class StridedView : TensorView
{
    // One read costs about as much as reading this many bytes.
    private const int ReadCost = 8 << 10;
    private const int LargestRead = 4 << 20;

    // Elements that may be read for one that is wanted.
    private const int MostWaste = 16;

    private readonly TensorView _base;
    private readonly long[] _strides; // in the base, in elements
    private readonly long[] _rowMajor; // of this view, in elements
    private readonly long _offset;
    private readonly int _itemBytes;

    /// <summary>
    /// Makes a view whose element <c>i</c> is element <c>offset + sum(i * strides)</c> of the base, in row-major order.
    /// </summary>
    /// <param name="storage">The base; elements of whole bytes.</param>
    /// <param name="shape">Sizes of the dimensions.</param>
    /// <param name="strides">Steps in the base in elements, one for each dimension, not negative.</param>
    /// <param name="offset">First element in the base.</param>
    public StridedView(TensorView storage, Shape shape, ReadOnlySpan<long> strides, long offset)
        : base(storage.DType, shape)
    {
        if (storage.DType.BitCount() % 8 != 0)
        {
            throw new ArgumentException($"{storage} has elements smaller than a byte.", nameof(storage));
        }

        if (!IsInside(storage.Shape.ElementCount, shape, strides, offset))
        {
            throw new ArgumentException(
                $"A view {shape} from element {offset} on in steps of [{string.Join(", ", strides.ToArray())}] is not inside {storage}.",
                nameof(strides)
            );
        }

        _base = storage;
        _strides = strides.ToArray();
        _rowMajor = shape.RowMajorStrides();
        _offset = offset;
        _itemBytes = storage.DType.BitCount() / 8;
    }

    /// <summary>True when all elements of such a view are among <paramref name="elementCount"/>.</summary>
    public static bool IsInside(long elementCount, Shape shape, ReadOnlySpan<long> strides, long offset)
    {
        if (strides.Length != shape.Rank || offset < 0 || strides.ContainsAnyInRange(long.MinValue, -1))
        {
            return false;
        }

        if (shape.ElementCount == 0)
        {
            return true;
        }

        Int128 last = offset;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            last += (Int128)(shape[axis] - 1) * strides[axis];
        }

        return last < elementCount;
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        long element = offset / _itemBytes;
        while (!destination.IsEmpty)
        {
            // The largest box that begins here, is contiguous in this view, and not longer than what is asked for.
            long[] starts = new long[Shape.Rank];
            long[] sizes = new long[Shape.Rank];
            long count = FirstBox(element, destination.Length / _itemBytes, starts, sizes);
            long position = _offset;
            for (int axis = 0; axis < starts.Length; axis++)
            {
                position += starts[axis] * _strides[axis];
            }

            int length = (int)(count * _itemBytes);
            ReadBox(position, sizes, destination[..length]);
            destination = destination[length..];
            element += count;
        }
    }

    private long FirstBox(long element, long limit, long[] starts, long[] sizes)
    {
        int axis = 0;
        long count = 1;
        for (int i = Shape.Rank - 1; i >= 0; i--)
        {
            starts[i] = element / _rowMajor[i] % Shape[i];
            sizes[i] = 1;
        }

        // The outermost dimension of which at least one whole step is wanted.
        while (axis < Shape.Rank && (element % _rowMajor[axis] != 0 || limit < _rowMajor[axis]))
        {
            axis++;
        }

        for (int i = axis; i < Shape.Rank; i++)
        {
            sizes[i] = i == axis ? Math.Min(limit / _rowMajor[i], Shape[i] - starts[i]) : Shape[i];
            count *= sizes[i];
        }

        return count;
    }

    /// <summary>
    /// Reads a box that begins at element <paramref name="position"/> of the base to where its first element goes. What
    /// lies too far apart is cut where the steps are largest.
    /// </summary>
    private void ReadBox(long position, long[] sizes, Span<byte> destination)
    {
        long count = 1;
        long extent = 1;
        int widest = 0;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            count *= sizes[axis];
            extent += (sizes[axis] - 1) * _strides[axis];
            if ((sizes[axis] - 1) * _strides[axis] > (sizes[widest] - 1) * _strides[widest])
            {
                widest = axis;
            }
        }

        long bytes = extent * _itemBytes;
        if (bytes <= ReadCost || (bytes <= LargestRead && extent <= MostWaste * count))
        {
            Gather(position, (int)bytes, sizes, destination);
            return;
        }

        long size = sizes[widest];
        long half = size / 2;
        sizes[widest] = half;
        ReadBox(position, sizes, destination);
        sizes[widest] = size - half;
        ReadBox(
            position + (half * _strides[widest]),
            sizes,
            destination[(int)(half * _rowMajor[widest] * _itemBytes)..]
        );
        sizes[widest] = size;
    }

    private void Gather(long position, int length, long[] sizes, Span<byte> destination)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            _base.Read(position * _itemBytes, buffer.AsSpan(0, length));
            Copy(buffer.AsSpan(0, length), destination, sizes, 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Copy(ReadOnlySpan<byte> source, Span<byte> destination, long[] sizes, int axis)
    {
        if (axis < sizes.Length - 1)
        {
            for (int i = 0; i < sizes[axis]; i++)
            {
                int from = (int)(i * _strides[axis] * _itemBytes);
                int to = (int)(i * _rowMajor[axis] * _itemBytes);
                Copy(source[from..], destination[to..], sizes, axis + 1);
            }

            return;
        }

        int count = sizes.Length == 0 ? 1 : (int)sizes[axis];
        int step = count == 1 ? 1 : (int)_strides[axis];
        if (step == 1)
        {
            source[..(count * _itemBytes)].CopyTo(destination);
            return;
        }

        switch (_itemBytes)
        {
            case 1:
                Pick<byte>(source, step, destination, count);
                break;
            case 2:
                Pick<ushort>(source, step, destination, count);
                break;
            case 4:
                Pick<uint>(source, step, destination, count);
                break;
            case 8:
                Pick<ulong>(source, step, destination, count);
                break;
            default:
                Pick<UInt128>(source, step, destination, count);
                break;
        }
    }

    private static void Pick<T>(ReadOnlySpan<byte> source, int step, Span<byte> destination, int count)
        where T : unmanaged
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(source);
        Span<T> to = MemoryMarshal.Cast<byte, T>(destination);
        for (int i = 0; i < count; i++)
        {
            to[i] = from[i * step];
        }
    }
}
