using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Statistics;

public sealed class StatisticsPassTests
{
    [Fact]
    public async Task A_small_tensor_is_described_exactly()
    {
        TensorStatistics statistics = await OneAsync([2, 4, 4, 4, 5, 5, 7, 9]);
        Assert.Equal(
            (8L, 2.0, 9.0, 5.0, 2.0),
            (statistics.Count, statistics.Min, statistics.Max, statistics.Mean, statistics.Std)
        );
    }

    [Fact]
    public async Task What_is_not_finite_is_counted_and_left_out()
    {
        TensorStatistics statistics = await OneAsync([
            float.NaN,
            1,
            float.PositiveInfinity,
            3,
            float.NegativeInfinity,
            float.NaN,
            0,
            -0f,
        ]);
        Assert.Equal((2L, 2L, 2L), (statistics.NanCount, statistics.InfinityCount, statistics.ZeroCount));
        Assert.Equal((0.0, 3.0, 1.0), (statistics.Min, statistics.Max, statistics.Mean));
    }

    [Fact]
    public async Task A_tensor_without_finite_numbers_has_no_bounds()
    {
        foreach (
            float[] numbers in (float[][])
                [
                    [],
                    [float.NaN],
                ]
        )
        {
            TensorStatistics statistics = await OneAsync(numbers);
            Assert.Equal(numbers.Length, statistics.Count);
            Assert.True(double.IsNaN(statistics.Min) && double.IsNaN(statistics.Mean) && double.IsNaN(statistics.Std));
        }
    }

    [Fact]
    public async Task Many_numbers_far_from_zero_lose_nothing()
    {
        // Three pieces; the naive sum of squares would have no digit of the deviation left.
        float[] numbers = [.. Enumerable.Range(0, 2_000_000).Select(i => i % 2 == 0 ? 10_000f : 10_001f)];
        TensorStatistics one = await OneAsync(numbers);
        Assert.Equal(10_000.5, one.Mean, 9);
        Assert.Equal(0.5, one.Std, 9);

        TensorStatistics?[] many = [.. await StatisticsPass.RunAsync([Singles(numbers)], new() { Workers = 5 })];
        Assert.Equal(one, many[0]);
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public async Task Every_type_is_described_or_left_out(DType dtype)
    {
        TensorView zeros = new ZeroView(dtype, [3 << 12]);
        TensorStatistics? statistics = Assert.Single(await StatisticsPass.RunAsync([zeros]));
        bool isReadable = dtype is not (DType.C64 or DType.C128 or DType.F6E2M3 or DType.F6E3M2);
        Assert.Equal(isReadable ? 3 << 12 : null, statistics?.Count);
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public async Task The_numbers_agree_with_two_plain_passes(DType dtype)
    {
        if (!Numbers.CanRead(dtype))
        {
            return;
        }

        const int count = 100_002;
        byte[] bytes = new byte[(int)dtype.ByteCount(count)!.Value];
        new Random(1).NextBytes(bytes);
        double[] numbers = new double[count];
        Numbers.Read(dtype, bytes, numbers);
        double[] finite = [.. numbers.Where(double.IsFinite)];
        double mean = finite.Average();
        double deviation = Math.Sqrt(finite.Average(number => (number - mean) * (number - mean)));

        TensorStatistics? found = Assert.Single(await StatisticsPass.RunAsync([new MemoryView(dtype, [count], bytes)]));
        Assert.NotNull(found);
        Assert.Equal(count, found.Count);
        Assert.Equal(numbers.Count(double.IsNaN), found.NanCount);
        Assert.Equal(numbers.Count(double.IsInfinity), found.InfinityCount);
        Assert.Equal(numbers.Count(number => number == 0), found.ZeroCount);
        Assert.Equal(finite.Min(), found.Min);
        Assert.Equal(finite.Max(), found.Max);
        if (dtype != DType.F64) // random ones are so large that their squares are infinite
        {
            Assert.InRange(Math.Abs(found.Mean - mean), 0, 1e-12 * deviation);
            Assert.InRange(found.Std / deviation, 1 - 1e-12, 1 + 1e-12);
        }
    }

    public static TheoryData<DType> AllTypes => [.. Enum.GetValues<DType>()];

    private static async Task<TensorStatistics> OneAsync(float[] numbers) =>
        Assert.Single(await StatisticsPass.RunAsync([Singles(numbers)]))!;

    private static MemoryView Singles(float[] values) =>
        new(DType.F32, [values.Length], MemoryMarshal.AsBytes<float>(values).ToArray());
}
