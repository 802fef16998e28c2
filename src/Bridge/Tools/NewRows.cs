using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Initialization;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>Makes the rows that replace others, one at a time.</summary>
internal abstract class NewRows
{
    /// <summary>Writes the new contents of a row.</summary>
    public abstract void Fill(int row, Span<float> numbers);

    /// <summary>The rows of another matrix, scaled to a norm.</summary>
    public sealed class OfOther(EmbeddingMatrix other, double[] squaredNorms, double norm) : NewRows
    {
        /// <inheritdoc/>
        public override void Fill(int row, Span<float> numbers)
        {
            int rowBytes = (int)(other.View.ByteCount / other.View.Shape[0]);
            byte[] bytes = ArrayPool<byte>.Shared.Rent(rowBytes);
            other.View.Read((long)row * rowBytes, bytes.AsSpan(0, rowBytes));
            FloatCast.Convert(other.View.DType, bytes.AsSpan(0, rowBytes), DType.F32, MemoryMarshal.AsBytes(numbers));
            ArrayPool<byte>.Shared.Return(bytes);
            float scale = (float)norm / (float)Math.Sqrt(squaredNorms[row]);
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] *= scale;
            }
        }
    }

    /// <summary>The same row for all.</summary>
    public sealed class Same(float[] contents) : NewRows
    {
        /// <inheritdoc/>
        public override void Fill(int row, Span<float> numbers) => contents.CopyTo(numbers);
    }

    /// <summary>Random directions of one norm; a row is the same whichever others are replaced.</summary>
    public sealed class Random(CounterRandom random, double norm) : NewRows
    {
        /// <inheritdoc/>
        public override void Fill(int row, Span<float> numbers)
        {
            long blocks = (numbers.Length + CounterRandom.Block - 1) / CounterRandom.Block;
            double squares = 0;
            for (int i = 0; i < numbers.Length; i += CounterRandom.Block)
            {
                (double a, double b, double c, double d) = random.Normal((row * blocks) + (i / CounterRandom.Block));
                ReadOnlySpan<double> drawn = [a, b, c, d];
                for (int lane = 0; lane < CounterRandom.Block && i + lane < numbers.Length; lane++)
                {
                    numbers[i + lane] = (float)drawn[lane];
                    squares += drawn[lane] * drawn[lane];
                }
            }

            float scale = (float)(norm / Math.Sqrt(squares));
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] *= scale;
            }
        }
    }
}
