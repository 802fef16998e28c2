using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cpu.Kernels;

public sealed class ProductTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly Random _random = new(7);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(DType.BF16, 1, 64, 96, 1)]
    [InlineData(DType.BF16, 3, 33, 17, 2)]
    [InlineData(DType.BF16, 9, 130, 2100, 2)]
    [InlineData(DType.F16, 1, 40, 70, 1)]
    [InlineData(DType.F16, 5, 66, 1030, 3)]
    [InlineData(DType.F32, 2, 31, 5, 2)]
    [InlineData(DType.F32, 8, 64, 64, 2)]
    public void A_product_is_the_sum_of_products(DType dtype, int tokens, int rows, int columns, int threads)
    {
        Matrix x = Filled(tokens, columns);
        Matrix y = Filled(tokens, rows);
        float[] before = y.Flat.ToArray();
        float[] numbers = new float[rows * columns];
        using Weight weight = Weight.Of(Stored(dtype, [rows, columns], numbers), null!);
        using Workers workers = new(threads);
        Product.Run(workers, x, weight, y);
        float[] product = y.Flat.ToArray();
        before.CopyTo(y.Flat);
        Product.Run(workers, x, weight, y, adds: true);
        for (int token = 0; token < tokens; token++)
        {
            for (int row = 0; row < rows; row++)
            {
                double sum = 0;
                for (int i = 0; i < columns; i++)
                {
                    sum += (double)x[token][i] * numbers[(row * columns) + i];
                }

                Assert.Equal(sum, product[(token * rows) + row], 1e-4 * Math.Sqrt(columns));
                Assert.Equal(sum + before[(token * rows) + row], y[token][row], 1e-4 * Math.Sqrt(columns));
            }
        }
    }

    [Fact]
    public void Every_float16_number_is_widened_exactly()
    {
        ushort[] codes = [.. Enumerable.Range(0, 1 << 16).Select(code => (ushort)code)];
        Span<Half> halves = MemoryMarshal.Cast<ushort, Half>(codes.AsSpan());
        for (int i = 0; i < codes.Length; i += 8)
        {
            unsafe
            {
                fixed (ushort* at = &codes[i])
                {
                    System.Runtime.Intrinsics.Vector256<float> found = HalfElement.Eight((byte*)at);
                    for (int lane = 0; lane < 8; lane++)
                    {
                        Assert.Equal((float)halves[i + lane], found[lane]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using Workers workers = new(1);
        using Weight weight = Weight.Of(Stored(DType.F32, [4, 3], new float[12]), null!);
        Assert.Throws<ArgumentException>(() => Product.Run(workers, Filled(2, 4), weight, Filled(2, 4)));
    }

    [Fact]
    public void A_kernel_that_fails_on_a_thread_is_told_to_who_called()
    {
        using Workers workers = new(2);
        Assert.ThrowsAny<Exception>(() => workers.Run(2000, 1, default(Failing)));
        workers.Run(2000, 1, default(Idle));
    }

    private Matrix Filled(int rows, int columns)
    {
        Matrix matrix = _scratch.Take(rows, columns);
        foreach (ref float number in matrix.Flat)
        {
            number = (float)((_random.NextDouble() * 2) - 1);
        }

        return matrix;
    }

    private MemoryView Stored(DType dtype, Shape shape, float[] numbers)
    {
        byte[] bytes = new byte[numbers.Length * dtype.BitCount() / 8];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)((_random.NextDouble() * 2) - 1);
        }

        FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()), dtype, bytes);
        FloatCast.Convert(dtype, bytes, DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return new(dtype, shape, bytes);
    }

    private readonly struct Failing : IJob
    {
        public void Run(int begin, int end) => throw new InvalidOperationException("It fails.");
    }

    private readonly struct Idle : IJob
    {
        public void Run(int begin, int end) { }
    }
}
