using System.Buffers;

namespace MegatronBridge.Storage.Tensors;

/// <summary>A box of another tensor.</summary>
public sealed class SliceView : TensorView
{
    // Runs shorter than this are gathered from one larger read when that reads at most 16 times too much.
    private const int ShortRun = 16 << 10;
    private const int LargestGather = 1 << 20;

    private readonly TensorView _base;
    private readonly Box _box;
    private readonly long[] _strides; // of the base, in bytes
    private readonly long _runBytes; // what lies together in the base
    private readonly int _runAxis; // the innermost dimension that is cut

    /// <summary>Makes a view of <paramref name="box"/>, which must lie inside the tensor.</summary>
    public SliceView(TensorView tensor, Box box)
        : base(tensor.DType, box.Sizes)
    {
        if (!box.IsInside(tensor.Shape))
        {
            throw new ArgumentException($"The box {box} is not inside {tensor}.", nameof(box));
        }

        _base = tensor;
        _box = box;
        int itemBytes =
            tensor.DType.BitCount() % 8 == 0
                ? tensor.DType.BitCount() / 8
                : throw new ArgumentException(
                    $"{tensor} has elements smaller than a byte and cannot be cut.",
                    nameof(tensor)
                );
        _strides = Array.ConvertAll(tensor.Shape.RowMajorStrides(), stride => stride * itemBytes);

        _runAxis = tensor.Shape.Rank - 1;
        while (_runAxis > 0 && box.Sizes[_runAxis] == tensor.Shape[_runAxis])
        {
            _runAxis--;
        }

        _runBytes = _runAxis < 0 ? itemBytes : box.Sizes[_runAxis] * _strides[_runAxis];
    }

    /// <inheritdoc/>
    protected internal override bool Locate(long offset, long length, FileRuns runs)
    {
        (long run, long inRun) = Math.DivRem(offset, _runBytes);
        while (length > 0)
        {
            long count = Math.Min(_runBytes - inRun, length);
            if (!_base.Locate(PositionOfRun(run) + inRun, count, runs))
            {
                return false;
            }

            length -= count;
            inRun = 0;
            run++;
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        (long run, long inRun) = Math.DivRem(offset, _runBytes);
        while (!destination.IsEmpty)
        {
            if (inRun == 0 && _runAxis > 0)
            {
                long gathered = Gather(run, destination);
                run += gathered;
                destination = destination[(int)(gathered * _runBytes)..];
                if (destination.IsEmpty)
                {
                    return;
                }
            }

            int length = (int)Math.Min(_runBytes - inRun, destination.Length);
            _base.Read(PositionOfRun(run) + inRun, destination[..length]);
            destination = destination[length..];
            inRun = 0;
            run++;
        }
    }

    /// <summary>Where run number <paramref name="run"/> begins in the base, in bytes.</summary>
    private long PositionOfRun(long run)
    {
        long position = _runAxis < 0 ? 0 : _box.Offsets[_runAxis] * _strides[_runAxis];
        for (int axis = _runAxis - 1; axis >= 0; axis--)
        {
            (run, long index) = Math.DivRem(run, _box.Sizes[axis]);
            position += (_box.Offsets[axis] + index) * _strides[axis];
        }

        return position;
    }

    /// <summary>Reads several short runs, with what lies between them, at once; returns how many.</summary>
    private long Gather(long run, Span<byte> destination)
    {
        long stride = _strides[_runAxis - 1];
        if (_runBytes >= ShortRun || stride > _runBytes * 16)
        {
            return 0;
        }

        // Only runs along the dimension just outside lie at a fixed distance.
        long inDimension = _box.Sizes[_runAxis - 1] - (run % _box.Sizes[_runAxis - 1]);
        long count = Math.Min(Math.Min(inDimension, destination.Length / _runBytes), LargestGather / stride);
        if (count < 2)
        {
            return 0;
        }

        int length = (int)(((count - 1) * stride) + _runBytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            _base.Read(PositionOfRun(run), buffer.AsSpan(0, length));
            for (int i = 0; i < count; i++)
            {
                buffer.AsSpan((int)(i * stride), (int)_runBytes).CopyTo(destination[(int)(i * _runBytes)..]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return count;
    }
}
