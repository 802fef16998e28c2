using System.Buffers.Binary;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Quantization;

public sealed class PackedViewTests
{
    // How AWQ lays out eight codes: the word's nibble i is code AwqOrder[i].
    private static readonly int[] AwqOrder = [0, 2, 4, 6, 1, 3, 5, 7];

    [Theory]
    [InlineData(1, 7, 64)]
    [InlineData(2, 5, 48)]
    [InlineData(3, 4, 96)]
    [InlineData(3, 3, 50)]
    [InlineData(4, 6, 64)]
    [InlineData(4, 5, 37)]
    [InlineData(5, 3, 70)]
    [InlineData(6, 3, 33)]
    [InlineData(7, 3, 33)]
    [InlineData(8, 3, 16)]
    [InlineData(8, 3, 17)]
    public void Integers_lie_from_the_lowest_bit_on(int bits, int rows, int columns)
    {
        byte[] codes = Codes(rows * columns, bits);
        TensorView view = PackedView.Integers(Words(codes, rows, columns, bits), columns, bits);
        Assert.Equal(DType.U8, view.DType);
        ReadEverywhere(codes, view, rows, columns);
    }

    [Fact]
    public void The_order_of_awq_is_undone()
    {
        byte[] codes = Codes(6 * 40, 4);
        byte[] stored = new byte[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            stored[i] = codes[(i / 8 * 8) + AwqOrder[i % 8]];
        }

        int[] places = [.. Enumerable.Range(0, 8).Select(code => Array.IndexOf(AwqOrder, code))];
        TensorView view = PackedView.Integers(Words(stored, 6, 40, 4), 40, 4, places);
        ReadEverywhere(codes, view, 6, 40);
    }

    [Theory]
    [InlineData(DType.U8)]
    [InlineData(DType.I8)]
    [InlineData(DType.F4)]
    public void Floats_of_four_bits_become_codes_of_eight_with_the_same_value(DType dtype)
    {
        byte[] bytes = new byte[4 * 35];
        new Random(3).NextBytes(bytes);
        TensorView packed = new MemoryView(dtype, dtype == DType.F4 ? [4, 70] : [4, 35], bytes);
        TensorView view = PackedView.Floats(packed);
        Assert.Equal(DType.F8E4M3, view.DType);
        Assert.Equal([4, 70], view.Shape);
        byte[] codes = view.ToArray();
        for (int i = 0; i < codes.Length; i++)
        {
            float expected = Spec.E2M1(i % 2 == 0 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4);
            Assert.Equal(expected, Spec.E4M3(codes[i]));
            Assert.Equal(float.IsNegative(expected), codes[i] > 127);
        }

        ReadEverywhere(codes, view, 4, 70);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        TensorView words = new MemoryView(DType.I32, [2, 3], new byte[24]);
        Assert.Throws<ArgumentException>(() => PackedView.Integers(words, 25, 4));
        Assert.Throws<ArgumentException>(() => PackedView.Integers(words, 24, 9));
        Assert.Throws<ArgumentException>(() => PackedView.Integers(words, 24, 0));
    }

    private static byte[] Codes(int count, int bits)
    {
        Random random = new(bits);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(1 << bits))];
    }

    /// <summary>Each row as one large number, cut into words of 32 bits.</summary>
    private static MemoryView Words(byte[] codes, int rows, int columns, int bits)
    {
        int words = ((columns * bits) + 31) / 32;
        byte[] bytes = new byte[rows * words * 4];
        for (int row = 0; row < rows; row++)
        {
            System.Numerics.BigInteger stream = 0;
            for (int column = columns - 1; column >= 0; column--)
            {
                stream = (stream << bits) | codes[(row * columns) + column];
            }

            for (int word = 0; word < words; word++, stream >>= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(
                    bytes.AsSpan(((row * words) + word) * 4),
                    (uint)(stream & uint.MaxValue)
                );
            }
        }

        return new(DType.I32, [rows, words], bytes);
    }

    private static void ReadEverywhere(byte[] expected, TensorView view, int rows, int columns)
    {
        Assert.Equal(expected, view.ToArray());
        Random random = new(1);
        for (int i = 0; i < 100; i++)
        {
            int begin = random.Next(expected.Length);
            byte[] piece = new byte[random.Next(1, expected.Length - begin + 1)];
            view.Read(begin, piece);
            Assert.Equal(expected[begin..(begin + piece.Length)], piece);

            int top = random.Next(rows);
            int left = random.Next(columns);
            int height = random.Next(1, rows - top + 1);
            int width = random.Next(1, columns - left + 1);
            (left, width) = i % 2 == 0 ? (left / 8 * 8, Math.Max(1, width / 8 * 8)) : (left, width);
            width = Math.Min(width, columns - left);
            TensorView box = view.Slice(new Box([top, left], [height, width]));
            IEnumerable<byte> cut = Enumerable
                .Range(0, height * width)
                .Select(k => expected[((top + (k / width)) * columns) + left + (k % width)]);
            Assert.Equal(cut, box.ToArray());
        }
    }
}
