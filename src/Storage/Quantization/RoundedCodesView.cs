using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>The codes of a weight as a tensor.</summary>
internal sealed class RoundedCodesView(TensorView weight, BlockScales scales, CodeForm form, DType dtype, Shape shape)
    : TensorView(dtype, shape)
{
    private const int LargestRead = 256 << 10; // codes
    private const int Segment = 2048; // numbers on their way

    private readonly long _columns = weight.Shape[weight.Shape.Rank - 1];

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        int perByte = 8 / form.Bits;
        int itemBytes = weight.DType.BitCount() / 8;
        byte[] numbers = ArrayPool<byte>.Shared.Rent(LargestRead * itemBytes);
        byte[] codes = ArrayPool<byte>.Shared.Rent(LargestRead);
        try
        {
            long element = offset * perByte;
            while (!destination.IsEmpty)
            {
                int count = (int)Math.Min(LargestRead, destination.Length * (long)perByte);
                weight.Read(element * itemBytes, numbers.AsSpan(0, count * itemBytes));
                Round(element, numbers.AsSpan(0, count * itemBytes), codes.AsSpan(0, count));
                Pack(codes.AsSpan(0, count), destination[..(count / perByte)]);
                destination = destination[(count / perByte)..];
                element += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(numbers);
            ArrayPool<byte>.Shared.Return(codes);
        }
    }

    private void Round(long element, ReadOnlySpan<byte> numbers, Span<byte> codes)
    {
        int itemBytes = weight.DType.BitCount() / 8;
        long firstBlock = scales.BlockRowOf(element / _columns);
        long lastBlock = scales.BlockRowOf((element + codes.Length - 1) / _columns);
        ReadOnlySpan<float> scale = scales.Read(firstBlock, checked((int)(lastBlock - firstBlock + 1)));
        Span<float> segment = stackalloc float[Segment];
        while (!codes.IsEmpty)
        {
            (long row, long column) = Math.DivRem(element, _columns);
            int begin = (int)(scales.BlockRowOf(row) - firstBlock) * scales.BlockColumns;
            int count = (int)Math.Min(Math.Min(codes.Length, Segment), _columns - column);
            Span<float> part = segment[..count];
            FloatCast.Convert(weight.DType, numbers[..(count * itemBytes)], DType.F32, MemoryMarshal.AsBytes(part));
            for (int done = 0; done < count; )
            {
                (int block, long run) = scales.ColumnBlock(column + done);
                int length = (int)Math.Min(run, count - done);
                Divide(part.Slice(done, length), scale[begin + block]);
                done += length;
            }

            form.Round(part, codes);
            element += count;
            numbers = numbers[(count * itemBytes)..];
            codes = codes[count..];
        }
    }

    private static void Divide(Span<float> numbers, float scale)
    {
        int i = 0;
        for (; i <= numbers.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            (Vector512.Create<float>(numbers[i..]) / Vector512.Create(scale)).CopyTo(numbers[i..]);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] /= scale;
        }
    }

    private void Pack(ReadOnlySpan<byte> codes, Span<byte> bytes)
    {
        if (form.Bits == 8)
        {
            codes.CopyTo(bytes);
            return;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(codes[2 * i] | (codes[(2 * i) + 1] << 4));
        }
    }
}
