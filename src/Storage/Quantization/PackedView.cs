using System.Buffers;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>
/// Codes of a few bits each, spread over a byte each. They lie along the last dimension without gaps, the first in the lowest bits;
/// only the end of a row may be unused.
/// </summary>
public sealed class PackedView : TensorView
{
    private const int LargestRead = 256 << 10;

    // 4-bit floats (e2m1) have the values 0, 0.5, 1, 1.5, 2, 3, 4 and 6, which are these codes of F8_E4M3; then minus these.
    private static ReadOnlySpan<byte> FloatTable =>
        [0x00, 0x30, 0x38, 0x3c, 0x40, 0x44, 0x48, 0x4c, 0x80, 0xb0, 0xb8, 0xbc, 0xc0, 0xc4, 0xc8, 0xcc];

    private static ReadOnlySpan<byte> IntegerTable => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private readonly TensorView _packed;
    private readonly int _bits;
    private readonly int[]? _order;
    private readonly int _unitBytes; // what the packed tensor can be read in
    private readonly long _rowBytes;
    private readonly long _rowCodes; // where no end of a row is unused, all is one row

    private PackedView(TensorView packed, Shape shape, int bits, DType dtype, int[]? order)
        : base(dtype, shape)
    {
        int rank = shape.Rank;
        if (rank == 0 || packed.Shape.Rank != rank || packed.Shape.With(rank - 1, 0) != shape.With(rank - 1, 0))
        {
            throw new ArgumentException($"{packed} cannot hold {shape}.", nameof(packed));
        }

        long rowBits = packed.Shape[rank - 1] * packed.DType.BitCount();
        long neededBits = shape[rank - 1] * bits;
        if (neededBits > rowBits || rowBits % 8 != 0)
        {
            throw new ArgumentException($"{packed} cannot hold {shape} of {bits} bits.", nameof(packed));
        }

        _packed = packed;
        _bits = bits;
        _order = order;
        _unitBytes = Math.Max(1, packed.DType.BitCount() / 8);
        (_rowBytes, _rowCodes) =
            neededBits == rowBits ? (packed.ByteCount, shape.ElementCount) : (rowBits / 8, shape[rank - 1]);
    }

    /// <summary>True for what <see cref="Floats"/> takes: bytes, or F4 whose rows are whole bytes.</summary>
    public static bool CanHoldFloats(TensorView packed) =>
        packed.Shape.Rank > 0
        && (
            packed.DType is DType.U8 or DType.I8
            || (packed.DType == DType.F4 && packed.Shape[packed.Shape.Rank - 1] % 2 == 0)
        );

    /// <summary>Floats e2m1 of 4 bits, two to a byte (U8, I8 or F4), as F8_E4M3.</summary>
    public static PackedView Floats(TensorView packed)
    {
        int last = packed.Shape.Rank - 1;
        long columns = packed.DType == DType.F4 ? packed.Shape[last] : checked(packed.Shape[last] * 2);
        return new(packed, packed.Shape.With(last, columns), 4, DType.F8E4M3, null);
    }

    /// <summary>Unsigned integers of 1 to 8 bits as U8; <paramref name="columns"/> is the size of the last dimension.</summary>
    /// <param name="packed">Words of I32, or bytes.</param>
    /// <param name="columns">Codes in a row.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="order">
    /// For words of eight codes: <c>[i]</c> is where in the word code i of eight stands. Null for the plain order.
    /// </param>
    public static PackedView Integers(TensorView packed, long columns, int bits, int[]? order = null) =>
        bits is < 1 or > 8 || (order is not null && (bits != 4 || order.Length != 8))
            ? throw new ArgumentException($"There are no codes of {bits} bits in this order.", nameof(bits))
            : new(packed, packed.Shape.With(packed.Shape.Rank - 1, columns), bits, DType.U8, order);

    /// <inheritdoc/>
    protected internal override TensorView Cut(Box box)
    {
        int last = Shape.Rank - 1;
        int unitBits = _packed.DType.BitCount();
        long begin = box.Offsets[last] * _bits;
        long end = (box.Offsets[last] + box.Sizes[last]) * _bits;
        bool isRestOfRow = box.Offsets[last] + box.Sizes[last] == Shape[last];
        if (unitBits < 8 || begin % unitBits != 0 || (end % unitBits != 0 && !isRestOfRow))
        {
            return base.Cut(box);
        }

        long units = (end - begin + unitBits - 1) / unitBits;
        Box inPacked = new(box.Offsets.With(last, begin / unitBits), box.Sizes.With(last, units));
        return new PackedView(_packed.Slice(inPacked), box.Sizes, _bits, DType, _order);
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        int most = Math.Min(LargestRead, destination.Length) + 64; // and what lies around it in its units
        byte[] buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            while (!destination.IsEmpty)
            {
                (long row, long code) = Math.DivRem(offset, _rowCodes);
                int count = (int)Math.Min(Math.Min(destination.Length, LargestRead), _rowCodes - code);
                long unit = _unitBytes * 8L;
                long begin = code * _bits / unit * _unitBytes;
                long end = (((code + count) * _bits) + unit - 1) / unit * _unitBytes;
                Span<byte> bytes = buffer.AsSpan(0, (int)(end - begin));
                _packed.Read((row * _rowBytes) + begin, bytes);
                Unpack(bytes, (int)((code * _bits) - (begin * 8)), destination[..count]);
                destination = destination[count..];
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Unpack(ReadOnlySpan<byte> bytes, int bit, Span<byte> codes)
    {
        ReadOnlySpan<byte> table = DType == DType.F8E4M3 ? FloatTable : IntegerTable;
        if (_bits == 4 && bit == 0 && codes.Length % 2 == 0 && _order is null)
        {
            Nibbles.Unpack(bytes[..(codes.Length / 2)], table, codes);
            return;
        }

        int mask = (1 << _bits) - 1;
        for (int i = 0; i < codes.Length; i++, bit += _bits)
        {
            int at = _order is null ? bit : (bit & ~31) + (_order[(bit & 31) / 4] * 4);
            int pair = bytes[at / 8] | (at / 8 + 1 < bytes.Length ? bytes[(at / 8) + 1] << 8 : 0);
            int code = (pair >> (at % 8)) & mask;
            codes[i] = _bits == 4 ? table[code] : (byte)code;
        }
    }
}
