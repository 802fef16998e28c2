using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Quantization;

public sealed class QuantizedWeightTests
{
    [Theory]
    [InlineData(1, 256, 256, 128, 128, DType.F32)]
    [InlineData(1, 200, 300, 128, 128, DType.F32)]
    [InlineData(3, 50, 72, 16, 24, DType.F8E8M0)]
    [InlineData(2, 9, 64, 1, 32, DType.U8)]
    [InlineData(1, 40, 41, 1, 0, DType.BF16)]
    [InlineData(2, 40, 41, 0, 0, DType.F32)]
    public void Codes_of_fp8_are_the_weights_by_the_largest_of_their_block(
        int matrices,
        int rows,
        int columns,
        int high,
        int wide,
        DType scaleType
    )
    {
        float[] weights = Weights(matrices * rows * columns);
        TensorView view = Brain(weights, [matrices, rows, columns]);
        QuantizedWeight quantized = new(view, Axis(high), Axis(wide), CodeForm.E4M3, DType.F8E4M3, scaleType);
        (int h, int w) = (high == 0 ? rows : high, wide == 0 ? columns : wide);
        (int blockRows, int blockColumns) = ((rows + h - 1) / h, (columns + w - 1) / w);
        Assert.Equal([matrices, blockRows, blockColumns], quantized.Scales.Shape);

        int BlockOf(int i)
        {
            int row = i / columns;
            return (((row / rows * blockRows) + (row % rows / h)) * blockColumns) + (i % columns / w);
        }

        float[] scales = new float[matrices * blockRows * blockColumns];
        for (int i = 0; i < weights.Length; i++)
        {
            scales[BlockOf(i)] = Math.Max(scales[BlockOf(i)], Math.Abs(weights[i]));
        }

        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = scales[i] > 0 ? scales[i] / 448 : 1;
            scales[i] = scaleType is DType.U8 or DType.F8E8M0
                ? (float)Math.Pow(2, Math.Ceiling(Math.Log2(scales[i])))
                : scales[i];
        }

        float[] divided = [.. weights.Select((weight, i) => weight / scales[BlockOf(i)])];
        byte[] codes = new byte[weights.Length];
        CodeRounding.ToE4M3(divided, codes); // has its own test
        ReadEverywhere(codes, quantized.Codes);
        Assert.Equal(scales.Select(scale => Stored(scale, scaleType)), Scales(quantized.Scales));
    }

    [Fact]
    public void Codes_of_four_bits_lie_two_in_a_byte_and_eight_in_a_word()
    {
        float[] weights = Weights(6 * 128);
        TensorView view = Brain(weights, [6, 128]);
        QuantizedWeight floats = new(view, Axis(1), Axis(32), CodeForm.E2M1, DType.I8, DType.F8E8M0);
        QuantizedWeight integers = new(view, Axis(1), Axis(32), CodeForm.Int4, DType.I32, DType.BF16);
        Assert.Equal((DType.I8, [6, 64]), (floats.Codes.DType, floats.Codes.Shape));
        Assert.Equal((DType.I32, [6, 16]), (integers.Codes.DType, integers.Codes.Shape));
        byte[] floatCodes = floats.Codes.ToArray();
        byte[] integerCodes = integers.Codes.ToArray();
        for (int i = 0; i < weights.Length; i++)
        {
            float largest = weights.Skip(i / 32 * 32).Take(32).Max(Math.Abs);
            float power = (float)Math.Pow(2, Math.Ceiling(Math.Log2(largest / 6)));
            float wanted = weights[i] / power;
            int code = i % 2 == 0 ? floatCodes[i / 2] & 15 : floatCodes[i / 2] >> 4;
            float nearest = Enumerable.Range(0, 16).Min(other => Math.Abs(Spec.E2M1(other) - wanted));
            Assert.Equal(nearest, Math.Abs(Spec.E2M1(code) - wanted));

            int integer = (i % 2 == 0 ? integerCodes[i / 2] & 15 : integerCodes[i / 2] >> 4) - 8;
            Assert.Equal(Math.Clamp((int)MathF.Round(weights[i] / (largest / 7)), -8, 7), integer);
        }

        ReadEverywhere(floatCodes, floats.Codes);
        Assert.Equal(weights.Chunk(32).Select(group => Spec.ToBrain(group.Max(Math.Abs) / 7)), Scales(integers.Scales));
    }

    [Fact]
    public void Zeros_have_a_scale_too()
    {
        TensorView view = new ZeroView(DType.BF16, [4, 32]);
        Assert.Equal(
            [1f],
            Scales(new QuantizedWeight(view, Axis(0), Axis(0), CodeForm.E4M3, DType.F8E4M3, DType.F32).Scales)
        );
        QuantizedWeight integers = new(view, Axis(1), Axis(32), CodeForm.Int4, DType.I32, DType.F32);
        Assert.All(Scales(integers.Scales), scale => Assert.Equal(1e-10f, scale));
        Assert.All(integers.Codes.ToArray(), pair => Assert.Equal(0x88, pair));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Quantising_again_gives_the_same_codes_and_powers_of_two_even_the_same_scales(bool powers)
    {
        // Codes as this rule makes them: the largest of each block is 448, or more than half of it for powers of two.
        Random random = new(8);
        byte[] codes = new byte[160 * 96];
        random.NextBytes(codes);
        codes = [.. codes.Select(code => (code & 127) == 127 ? (byte)0x7e : code)];
        int blocks = 5 * 3;
        byte[] scales = powers
            ? [.. Enumerable.Range(0, blocks).Select(_ => (byte)random.Next(100, 120))]
            : MemoryMarshal
                .AsBytes(Enumerable.Range(0, blocks).Select(_ => (float)random.NextDouble() * 1e-3f).ToArray().AsSpan())
                .ToArray();
        TensorView stored = new MemoryView(DType.F8E4M3, [160, 96], codes);
        TensorView storedScales = new MemoryView(powers ? DType.F8E8M0 : DType.F32, [1, 5, 3], scales);
        DequantizedView weight = new(stored, new ScaleGrid(storedScales, Axis(32), Axis(32)), DType.BF16);
        QuantizedWeight again = new(weight, Axis(32), Axis(32), CodeForm.E4M3, DType.F8E4M3, storedScales.DType);
        Assert.Equal(codes, again.Codes.ToArray());
        if (powers)
        {
            Assert.Equal(scales, again.Scales.ToArray());
        }
        else
        {
            // The largest weight was rounded to bfloat16, and so its scale is off by as much.
            Assert.All(
                Scales(storedScales).Zip(Scales(again.Scales)),
                pair => Assert.InRange(pair.Second / pair.First, 1 - (1 / 256f), 1 + (1 / 256f))
            );
        }
    }

    private static BlockAxis Axis(int size) => size == 0 ? BlockAxis.Whole : BlockAxis.Of(size);

    private static float[] Weights(int count)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => Spec.ToBrain((float)((random.NextDouble() - 0.5) * 0.2)))];
    }

    private static MemoryView Brain(float[] numbers, Shape shape)
    {
        byte[] bytes = new byte[numbers.Length * 2];
        FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()), DType.BF16, bytes);
        return new(DType.BF16, shape, bytes);
    }

    private static float Stored(float scale, DType dtype) => dtype == DType.BF16 ? Spec.ToBrain(scale) : scale;

    private static float[] Scales(TensorView view)
    {
        byte[] bytes = view.ToArray();
        float[] numbers = new float[view.Shape.ElementCount];
        if (view.DType is DType.U8 or DType.F8E8M0)
        {
            return [.. bytes.Select(Spec.E8M0)];
        }

        FloatCast.Convert(view.DType, bytes, DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    private static void ReadEverywhere(byte[] expected, TensorView view)
    {
        Assert.Equal(expected, view.ToArray());
        Random random = new(2);
        int itemBytes = view.DType.BitCount() / 8;
        for (int i = 0; i < 20; i++)
        {
            int begin = random.Next(expected.Length / itemBytes) * itemBytes;
            byte[] piece = new byte[random.Next(1, ((expected.Length - begin) / itemBytes) + 1) * itemBytes];
            view.Read(begin, piece);
            Assert.Equal(expected[begin..(begin + piece.Length)], piece);
        }
    }
}
