using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>The parts of a softmax.</summary>
internal static class Softmax
{
    /// <summary>The highest number; negative infinity of none.</summary>
    public static float Highest(ReadOnlySpan<float> numbers)
    {
        Vector256<float> most = Vector256.Create(float.NegativeInfinity);
        int i = 0;
        for (; i <= numbers.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            most = Vector256.Max(most, Vector256.Create(numbers[i..]));
        }

        float highest = float.NegativeInfinity;
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
        {
            highest = MathF.Max(highest, most[lane]);
        }

        for (; i < numbers.Length; i++)
        {
            highest = MathF.Max(highest, numbers[i]);
        }

        return highest;
    }

    /// <summary>Each number x becomes <c>e^(x - most)</c>; their sum.</summary>
    public static float Exponentials(Span<float> numbers, float most)
    {
        Vector256<float> sums = Vector256<float>.Zero;
        Vector256<float> shift = Vector256.Create(most);
        int i = 0;
        for (; i <= numbers.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> power = Vector256.Exp(Vector256.Create(numbers[i..]) - shift);
            power.CopyTo(numbers[i..]);
            sums += power;
        }

        float sum = Vector256.Sum(sums);
        for (; i < numbers.Length; i++)
        {
            numbers[i] = MathF.Exp(numbers[i] - most);
            sum += numbers[i];
        }

        return sum;
    }

    /// <summary>Makes numbers shares of one.</summary>
    public static void Run(Span<float> numbers)
    {
        float scale = 1 / Exponentials(numbers, Highest(numbers));
        foreach (ref float number in numbers)
        {
            number *= scale;
        }
    }
}
