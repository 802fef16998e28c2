using System.Runtime.InteropServices;
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

    public static TheoryData<DType> AllTypes => [.. Enum.GetValues<DType>()];

    private static async Task<TensorStatistics> OneAsync(float[] numbers) =>
        Assert.Single(await StatisticsPass.RunAsync([Singles(numbers)]))!;

    private static MemoryView Singles(float[] values) =>
        new(DType.F32, [values.Length], MemoryMarshal.AsBytes<float>(values).ToArray());
}
