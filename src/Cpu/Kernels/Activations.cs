using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>The functions that bend the line.</summary>
internal static class Activations
{
    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SigmoidOf(Vector256<float> x) =>
        Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-x));

    /// <summary>1 / (1 + e^-x).</summary>
    public static float SigmoidOf(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary><c>log(1 + exp(x))</c>, exact also where exp overflows or vanishes.</summary>
    public static float SoftplusOf(float x) => MathF.Max(x, 0) + float.LogP1(MathF.Exp(-MathF.Abs(x)));

    /// <summary>x · sigmoid(x).</summary>
    internal readonly struct Silu : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x) => x * SigmoidOf(x);
    }

    /// <summary>x · sigmoid(1.702 x).</summary>
    internal readonly struct QuickGelu : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x) => x * SigmoidOf(x * 1.702f);
    }

    /// <summary>GELU by tanh: 1 + tanh(u) is twice the sigmoid of 2 u.</summary>
    internal readonly struct TanhGelu : IActivation
    {
        private const float RootOf2OverPi = 0.7978845608028654f;

        public static Vector256<float> Of(Vector256<float> x) =>
            x * SigmoidOf(2 * RootOf2OverPi * (x + (0.044715f * x * x * x)));
    }

    /// <summary>x · Φ(x), the share of a normal distribution below x.</summary>
    internal readonly struct Gelu : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x)
        {
            Vector256<float> result = default;
            for (int i = 0; i < Vector256<float>.Count; i++)
            {
                double value = x[i];
                result = result.WithElement(i, (float)(0.5 * value * (1 + ErrorFunction(value / double.Sqrt(2)))));
            }

            return result;
        }

        // 2/√π · e^(-x²) · Σ 2ⁿ x^(2n+1) / (1·3·5·…·(2n+1)): all terms have the same sign, so nothing cancels out.
        private static double ErrorFunction(double x)
        {
            if (double.Abs(x) > 6)
            {
                return double.Sign(x);
            }

            double term = x;
            double sum = x;
            for (int n = 1; double.Abs(term) > 1e-12 * double.Abs(sum); n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 2 / double.Sqrt(double.Pi) * double.Exp(-x * x) * sum;
        }
    }

    /// <summary>4 tanh(x / 4) · sigmoid(x).</summary>
    internal readonly struct Situ : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x) => Bound(x, 4) * SigmoidOf(x);
    }

    /// <summary>most · tanh(x / most), exact also where x is small.</summary>
    public static Vector256<float> Bound(Vector256<float> x, float most)
    {
        Vector256<float> result = default;
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            result = result.WithElement(i, most * MathF.Tanh(x[i] / most));
        }

        return result;
    }

    /// <summary>The positive part.</summary>
    internal readonly struct Relu : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x) => Vector256.Max(x, Vector256<float>.Zero);
    }

    /// <summary>The positive part, squared.</summary>
    internal readonly struct SquaredRelu : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x)
        {
            Vector256<float> positive = Vector256.Max(x, Vector256<float>.Zero);
            return positive * positive;
        }
    }

    /// <summary>1 / (1 + e^-x).</summary>
    internal readonly struct Sigmoid : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x) => SigmoidOf(x);
    }

    /// <summary>tanh.</summary>
    internal readonly struct Tanh : IActivation
    {
        public static Vector256<float> Of(Vector256<float> x) => (2 * SigmoidOf(x + x)) - Vector256<float>.One;
    }
}
