using System.Runtime.Intrinsics;

namespace MegatronBridge.Storage.Statistics;

/// <summary>Counts, bounds, mean and squared deviations of some numbers; those of two sets can be joined.</summary>
internal readonly record struct Moments
{
    public Moments() { }

    private long Count { get; init; }
    private long NanCount { get; init; }
    private long InfinityCount { get; init; }
    private long ZeroCount { get; init; }
    private double Min { get; init; } = double.PositiveInfinity;
    private double Max { get; init; } = double.NegativeInfinity;
    private double Mean { get; init; }
    private double SquaredDeviations { get; init; }

    private long FiniteCount => Count - NanCount - InfinityCount;

    /// <summary>The moments of some numbers, few enough that their sum needs no care. Those not finite are overwritten.</summary>
    public static Moments Of(Span<double> numbers)
    {
        // A sum is finite only if all numbers are, up to a size that no weight has.
        double sum = Sum(numbers);
        if (double.IsFinite(sum))
        {
            return OfFinite(numbers, sum);
        }

        int finite = 0;
        int nans = 0;
        foreach (double number in numbers)
        {
            nans += double.IsNaN(number) ? 1 : 0;
            if (double.IsFinite(number))
            {
                numbers[finite++] = number;
            }
        }

        return OfFinite(numbers[..finite], Sum(numbers[..finite])) with
        {
            Count = numbers.Length,
            NanCount = nans,
            InfinityCount = numbers.Length - finite - nans,
        };
    }

    /// <summary>The moments of both sets together (the formula of Chan, Golub and LeVeque).</summary>
    public static Moments operator +(Moments left, Moments right)
    {
        long finite = left.FiniteCount + right.FiniteCount;
        double share = finite == 0 ? 0 : (double)right.FiniteCount / finite;
        double distance = right.Mean - left.Mean;
        return new()
        {
            Count = left.Count + right.Count,
            NanCount = left.NanCount + right.NanCount,
            InfinityCount = left.InfinityCount + right.InfinityCount,
            ZeroCount = left.ZeroCount + right.ZeroCount,
            Min = Math.Min(left.Min, right.Min),
            Max = Math.Max(left.Max, right.Max),
            Mean = left.Mean + (distance * share),
            SquaredDeviations =
                left.SquaredDeviations + right.SquaredDeviations + (distance * distance * left.FiniteCount * share),
        };
    }

    /// <summary>The moments as a result.</summary>
    public TensorStatistics ToStatistics()
    {
        bool isEmpty = FiniteCount == 0;
        return new()
        {
            Count = Count,
            NanCount = NanCount,
            InfinityCount = InfinityCount,
            ZeroCount = ZeroCount,
            Min = isEmpty ? double.NaN : Min,
            Max = isEmpty ? double.NaN : Max,
            Mean = isEmpty ? double.NaN : Mean,
            Std = isEmpty ? double.NaN : Math.Sqrt(SquaredDeviations / FiniteCount),
        };
    }

    // Eight sums side by side on every machine, so that the last bit is the same on all of them.
    private static double Sum(ReadOnlySpan<double> numbers)
    {
        Vector512<double> sums = default;
        int i = 0;
        for (; i <= numbers.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            sums += Vector512.Create(numbers[i..]);
        }

        double sum = Vector512.Sum(sums);
        for (; i < numbers.Length; i++)
        {
            sum += numbers[i];
        }

        return sum;
    }

    private static Moments OfFinite(ReadOnlySpan<double> numbers, double sum)
    {
        double mean = numbers.IsEmpty ? 0 : sum / numbers.Length;
        Vector512<double> means = Vector512.Create(mean);
        Vector512<double> squares = default;
        Vector512<double> mins = Vector512.Create(double.PositiveInfinity);
        Vector512<double> maxs = Vector512.Create(double.NegativeInfinity);
        Vector512<long> zeros = default;
        int i = 0;
        for (; i <= numbers.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            Vector512<double> next = Vector512.Create(numbers[i..]);
            Vector512<double> deviation = next - means;
            squares += deviation * deviation;
            mins = Vector512.MinNative(mins, next);
            maxs = Vector512.MaxNative(maxs, next);
            zeros -= Vector512.Equals(next, default).AsInt64();
        }

        double squareSum = Vector512.Sum(squares);
        long zeroCount = Vector512.Sum(zeros);
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            min = Math.Min(min, mins[lane]);
            max = Math.Max(max, maxs[lane]);
        }

        for (; i < numbers.Length; i++)
        {
            squareSum += (numbers[i] - mean) * (numbers[i] - mean);
            zeroCount += numbers[i] == 0 ? 1 : 0;
            min = Math.Min(min, numbers[i]);
            max = Math.Max(max, numbers[i]);
        }

        return new()
        {
            Count = numbers.Length,
            ZeroCount = zeroCount,
            Min = min,
            Max = max,
            Mean = mean,
            SquaredDeviations = squareSum,
        };
    }
}
