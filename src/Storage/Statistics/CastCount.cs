namespace MegatronBridge.Storage.Statistics;

/// <summary>What a cast of floating-point numbers to a smaller type does to them.</summary>
/// <param name="Elements">How many numbers there are.</param>
/// <param name="Overflowed">Finite numbers that become infinite.</param>
/// <param name="Vanished">Numbers that become zero and were none.</param>
/// <param name="NanCount">Numbers that are NaN, and stay so.</param>
/// <param name="InfinityCount">Numbers that are infinite already.</param>
public readonly record struct CastCount(
    long Elements,
    long Overflowed,
    long Vanished,
    long NanCount,
    long InfinityCount
)
{
    /// <summary>The counts of both.</summary>
    public static CastCount operator +(CastCount left, CastCount right) =>
        new(
            left.Elements + right.Elements,
            left.Overflowed + right.Overflowed,
            left.Vanished + right.Vanished,
            left.NanCount + right.NanCount,
            left.InfinityCount + right.InfinityCount
        );

    /// <summary>Compares numbers with what they become.</summary>
    internal static CastCount Of(ReadOnlySpan<double> numbers, ReadOnlySpan<double> cast)
    {
        CastCount count = new(numbers.Length, 0, 0, 0, 0);
        for (int i = 0; i < numbers.Length; i++)
        {
            bool isKept =
                double.IsFinite(numbers[i]) && (numbers[i] == 0) == (cast[i] == 0) && double.IsFinite(cast[i]);
            if (!isKept)
            {
                count += OfOne(numbers[i], cast[i]);
            }
        }

        return count;
    }

    private static CastCount OfOne(double number, double cast) =>
        double.IsNaN(number) ? new(0, 0, 0, 1, 0)
        : double.IsInfinity(number) ? new(0, 0, 0, 0, 1)
        : double.IsInfinity(cast) ? new(0, 1, 0, 0, 0)
        : new(0, 0, 1, 0, 0);
}
