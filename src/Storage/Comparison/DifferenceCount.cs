using System.Runtime.CompilerServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Comparison;

/// <summary>Counts the elements in which two tensors of one type differ, piece by piece, from several threads.</summary>
internal sealed class DifferenceCount(DType dtype)
{
    private const int BlockBytes = 768; // a multiple of every element size

    private readonly Lock _gate = new();
    private readonly int _bits = dtype.BitCount();
    private readonly bool _isNumeric = Numbers.CanRead(dtype);
    private long _count;
    private long _first = long.MaxValue;
    private double _largest;

    /// <summary>What was found so far.</summary>
    public ValueDifference Result => new(_count, _count == 0 ? null : _first, _isNumeric ? _largest : null);

    /// <summary>Compares two pieces that begin at the same byte of their tensors.</summary>
    public void Add(long offset, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int begin = 0; begin < left.Length; begin += BlockBytes)
        {
            int same = left[begin..].CommonPrefixLength(right[begin..]);
            begin += same / BlockBytes * BlockBytes;
            if (begin + (same % BlockBytes) == left.Length)
            {
                return;
            }

            int length = Math.Min(BlockBytes, left.Length - begin);
            AddBlock((offset + begin) * 8 / _bits, left.Slice(begin, length), right.Slice(begin, length));
        }
    }

    [SkipLocalsInit]
    private void AddBlock(long firstElement, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int elements = left.Length * 8 / _bits;
        Span<double> numbers = stackalloc double[_isNumeric ? 2 * elements : 0];
        if (_isNumeric)
        {
            Numbers.Read(dtype, left, numbers[..elements]);
            Numbers.Read(dtype, right, numbers[elements..]);
        }

        long count = 0;
        int first = -1;
        double largest = 0;
        for (int i = 0; i < elements; i++)
        {
            if (IsSame(left, right, i))
            {
                continue;
            }

            count++;
            first = first < 0 ? i : first;
            largest = _isNumeric ? Math.Max(largest, Distance(numbers[i], numbers[elements + i])) : largest;
        }

        lock (_gate)
        {
            _count += count;
            _first = first < 0 ? _first : Math.Min(_first, firstElement + first);
            _largest = Math.Max(_largest, largest);
        }
    }

    private bool IsSame(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int element)
    {
        int bytes = _bits / 8;
        return bytes > 0
            ? left.Slice(element * bytes, bytes).SequenceEqual(right.Slice(element * bytes, bytes))
            : SmallCode(left, element) == SmallCode(right, element);
    }

    /// <summary>The bits of an element that is smaller than a byte; they may lie in two.</summary>
    private int SmallCode(ReadOnlySpan<byte> bytes, int element)
    {
        (int at, int shift) = Math.DivRem(element * _bits, 8);
        int word = bytes[at] | (at + 1 < bytes.Length ? bytes[at + 1] << 8 : 0);
        return (word >> shift) & ((1 << _bits) - 1);
    }

    private static double Distance(double left, double right) =>
        left.Equals(right) || (double.IsNaN(left) && double.IsNaN(right)) ? 0
        : double.IsNaN(left) || double.IsNaN(right) ? double.PositiveInfinity
        : Math.Abs(left - right);
}
