using System.Numerics;
using System.Runtime.InteropServices;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>Sums and multiples of rows of numbers.</summary>
internal static class Rows
{
    private const int LeastRows = 16; // that are worth a thread

    /// <summary><c>y += factor · x</c>, on all threads.</summary>
    public static void Add(Workers workers, Matrix x, Matrix y, float factor = 1) =>
        workers.Run(x.Rows, LeastRows, new AddJob(x, y, factor));

    /// <summary>y becomes x, on all threads.</summary>
    public static void Copy(Workers workers, Matrix x, Matrix y) => workers.Run(x.Rows, LeastRows, new CopyJob(x, y));

    /// <summary><c>y += factor · x</c>.</summary>
    public static void Add(Matrix x, Matrix y, float factor = 1)
    {
        for (int row = 0; row < x.Rows; row++)
        {
            Add(x[row], y[row], factor);
        }
    }

    /// <summary>Adds one row to all rows.</summary>
    public static void AddToEach(ReadOnlySpan<float> x, Matrix y)
    {
        for (int row = 0; row < y.Rows; row++)
        {
            Add(x, y[row], 1);
        }
    }

    /// <summary><c>y += factor · x</c> for a row.</summary>
    public static void Add(ReadOnlySpan<float> x, Span<float> y, float factor)
    {
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(y);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] += from[i] * factor;
        }

        for (int i = from.Length * Vector<float>.Count; i < x.Length; i++)
        {
            y[i] += x[i] * factor;
        }
    }

    /// <summary>The sum of products of two rows.</summary>
    public static unsafe float Product(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        fixed (float* first = x)
        fixed (float* second = y)
        {
            return Dot.Product(first, second, Math.Min(x.Length, y.Length));
        }
    }

    /// <summary><c>x *= factor</c>.</summary>
    public static void Scale(Matrix x, float factor)
    {
        for (int row = 0; row < x.Rows && factor != 1; row++)
        {
            Scale(x[row], factor);
        }
    }

    /// <summary><c>x *= factor</c> for a row.</summary>
    public static void Scale(Span<float> x, float factor)
    {
        Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(x);
        foreach (ref Vector<float> numbers in wide)
        {
            numbers *= factor;
        }

        foreach (ref float number in x[(wide.Length * Vector<float>.Count)..])
        {
            number *= factor;
        }
    }

    /// <summary>The place of the largest number of a row, the first of equals.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> x)
    {
        int best = 0;
        for (int i = 1; i < x.Length; i++)
        {
            best = x[i] > x[best] ? i : best;
        }

        return best;
    }

    private readonly struct AddJob(Matrix x, Matrix y, float factor) : IJob
    {
        public void Run(int begin, int end) =>
            Add(x.RowRange(begin, end - begin), y.RowRange(begin, end - begin), factor);
    }

    private readonly struct CopyJob(Matrix x, Matrix y) : IJob
    {
        public void Run(int begin, int end) => y.RowRange(begin, end - begin).CopyFrom(x.RowRange(begin, end - begin));
    }
}
