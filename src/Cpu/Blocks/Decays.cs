using System.Numerics;
using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What recurrent blocks reckon with: states that fade, gates, and sums of rows.</summary>
internal static class Decays
{
    /// <summary>Turns A_log, in its place, into the rates at which states fade: <c>-exp(A_log)</c>.</summary>
    public static Matrix Of(Matrix logarithms)
    {
        foreach (ref float number in logarithms.Flat)
        {
            number = -MathF.Exp(number);
        }

        return logarithms;
    }

    /// <summary><c>log(1 + exp(x))</c>, as torch computes it.</summary>
    public static float Softplus(float x) => x > 20 ? x : MathF.Log(1 + MathF.Exp(x));

    /// <summary>x becomes <c>x · silu(gates)</c>.</summary>
    public static void Gate(Matrix x, Matrix gates)
    {
        for (int row = 0; row < x.Rows; row++)
        {
            Span<float> values = x[row];
            ReadOnlySpan<float> own = gates[row];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= own[i] * Activations.SigmoidOf(own[i]);
            }
        }
    }

    /// <summary>Multiplies all numbers.</summary>
    public static void Scale(Span<float> numbers, float factor)
    {
        Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        foreach (ref Vector<float> number in wide)
        {
            number *= factor;
        }

        foreach (ref float number in numbers[(wide.Length * Vector<float>.Count)..])
        {
            number *= factor;
        }
    }

    /// <summary>Adds <c>factor · x</c> to y.</summary>
    public static void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y)
    {
        ReadOnlySpan<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(y);
        Vector<float> factors = new(factor);
        for (int i = 0; i < wide.Length; i++)
        {
            sums[i] += wide[i] * factors;
        }

        for (int i = wide.Length * Vector<float>.Count; i < x.Length; i++)
        {
            y[i] += x[i] * factor;
        }
    }
}
