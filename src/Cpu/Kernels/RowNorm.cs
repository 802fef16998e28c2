using System.Runtime.Intrinsics;

namespace MegatronBridge.Cpu.Kernels;

/// <summary>
/// RMSNorm or LayerNorm of rows of numbers: each row over the root of its mean square (LayerNorm: after its mean is taken away), times
/// a weight.
/// </summary>
/// <param name="Weight">A factor for each column; one row.</param>
/// <param name="Bias">A summand for each column, or null.</param>
/// <param name="Epsilon">What is added to the mean square.</param>
/// <param name="SubtractsMean">True for LayerNorm.</param>
internal sealed record RowNorm(Matrix? Weight, Matrix? Bias, float Epsilon, bool SubtractsMean)
{
    private const int LeastRows = 8;

    /// <summary>Norms the rows of x into y, which may be x.</summary>
    public void Run(Workers workers, Matrix x, Matrix y) =>
        workers.Run(x.Rows, LeastRows, new Job(x, y, Weight ?? default, Bias ?? default, Epsilon, SubtractsMean));

    /// <summary>Norms a row in its place, with a weight of its own.</summary>
    public void Run(Span<float> row) =>
        new Job(default, default, Weight ?? default, Bias ?? default, Epsilon, SubtractsMean).Row(row, row);

    private readonly unsafe struct Job(
        Matrix x,
        Matrix y,
        Matrix weight,
        Matrix bias,
        float epsilon,
        bool subtractsMean
    ) : IJob
    {
        public void Run(int begin, int end)
        {
            for (int row = begin; row < end; row++)
            {
                Row(x[row], y[row]);
            }
        }

        public void Row(ReadOnlySpan<float> from, Span<float> to)
        {
            float mean = subtractsMean ? Sum(from, 0, isSquare: false) / from.Length : 0;
            float square = Sum(from, mean, isSquare: true) / from.Length;
            float scale = 1 / MathF.Sqrt(square + epsilon);
            int i = 0;
            for (; i <= from.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> value = (Vector256.Create(from[i..]) - Vector256.Create(mean)) * scale;
                value = weight.Data == 0 ? value : value * Vector256.Load(weight.Start + i);
                value = bias.Data == 0 ? value : value + Vector256.Load(bias.Start + i);
                value.CopyTo(to[i..]);
            }

            for (; i < from.Length; i++)
            {
                float value = (from[i] - mean) * scale;
                value = weight.Data == 0 ? value : value * weight.Start[i];
                to[i] = bias.Data == 0 ? value : value + bias.Start[i];
            }
        }

        private static float Sum(ReadOnlySpan<float> numbers, float mean, bool isSquare)
        {
            Vector256<float> sums = Vector256<float>.Zero;
            int i = 0;
            for (; i <= numbers.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256<float> value = Vector256.Create(numbers[i..]) - Vector256.Create(mean);
                sums = isSquare ? Vector256.MultiplyAddEstimate(value, value, sums) : sums + value;
            }

            float sum = Vector256.Sum(sums);
            for (; i < numbers.Length; i++)
            {
                float value = numbers[i] - mean;
                sum += isSquare ? value * value : value;
            }

            return sum;
        }
    }
}
