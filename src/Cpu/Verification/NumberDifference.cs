namespace MegatronBridge.Cpu.Verification;

/// <summary>How two lists of numbers differ.</summary>
/// <param name="Largest">Largest absolute difference; infinite when only one of two numbers is finite.</param>
/// <param name="Relative">The same, relative to the largest number on the left.</param>
/// <param name="Cosine">Cosine of the angle between the two as vectors.</param>
internal readonly record struct NumberDifference(double Largest, double Relative, double Cosine)
{
    /// <summary>Compares lists of the same length.</summary>
    public static NumberDifference Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double largest = 0;
        double magnitude = 0;
        double product = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double difference = left[i].Equals(right[i]) ? 0 : Math.Abs((double)left[i] - right[i]);
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
            magnitude = Math.Max(magnitude, Math.Abs(left[i]));
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        double lengths = Math.Sqrt(leftSquares) * Math.Sqrt(rightSquares);
        return new(
            largest,
            largest == 0 ? 0 : largest / magnitude,
            largest == 0 ? 1
                : lengths == 0 ? 0
                : product / lengths
        );
    }
}
