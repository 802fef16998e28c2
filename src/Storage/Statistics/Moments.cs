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

    /// <summary>The moments of some numbers; few enough that their sum needs no care.</summary>
    public static Moments Of(ReadOnlySpan<double> numbers)
    {
        long nans = 0;
        long infinities = 0;
        long zeros = 0;
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        double sum = 0;
        foreach (double number in numbers)
        {
            if (!double.IsFinite(number))
            {
                nans += double.IsNaN(number) ? 1 : 0;
                infinities += double.IsNaN(number) ? 0 : 1;
                continue;
            }

            zeros += number == 0 ? 1 : 0;
            min = Math.Min(min, number);
            max = Math.Max(max, number);
            sum += number;
        }

        long finite = numbers.Length - nans - infinities;
        double mean = finite == 0 ? 0 : sum / finite;
        double squares = 0;
        foreach (double number in numbers)
        {
            double deviation = double.IsFinite(number) ? number - mean : 0;
            squares += deviation * deviation;
        }

        return new()
        {
            Count = numbers.Length,
            NanCount = nans,
            InfinityCount = infinities,
            ZeroCount = zeros,
            Min = min,
            Max = max,
            Mean = mean,
            SquaredDeviations = squares,
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
}
