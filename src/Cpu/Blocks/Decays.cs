using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What recurrent blocks reckon with: the rates at which states fade, and gates.</summary>
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

    /// <summary>x becomes <c>x · sigmoid(gates)</c>; there is a gate for each number, or one for several that follow each other.</summary>
    public static void GateBySigmoid(Matrix x, Matrix gates)
    {
        int size = x.Columns / gates.Columns;
        for (int row = 0; row < x.Rows; row++)
        {
            Span<float> values = x[row];
            ReadOnlySpan<float> own = gates[row];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= Activations.SigmoidOf(own[i / size]);
            }
        }
    }
}
