using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// How a block is connected with several residual streams: its input is a sum of them, its output goes to each by a factor, and they mix
/// with each other, by shares that add up to one in either direction. All these factors are computed from the streams of the token.
/// </summary>
internal sealed class HyperConnection : StreamConnection
{
    private const int Chunk = 256; // channels whose streams lie on the stack of a thread
    private const int LeastRows = 4; // that a thread has
    private const int MostIterations = 1000;

    private readonly Linear _mapping;
    private readonly Matrix _bias;
    private readonly (float Read, float Write, float Mix) _factors;
    private readonly float _epsilon;
    private readonly int _iterations;

    private HyperConnection(WeightScope scope)
    {
        Count = ResidualStreams.Count(scope.Provider);
        _mapping = Linear.Of(scope, "mapping_proj");
        _bias = scope.Vector("bias");
        _factors = (Factor("alpha_pre"), Factor("alpha_post"), Factor("alpha_res"));
        _epsilon = (float)scope.Provider.LayernormEpsilon;
        double iterations = scope.Provider.NumberOr("mhc_sinkhorn_iterations", 20);
        _iterations = iterations is >= 1 and <= MostIterations
            ? (int)iterations
            : throw new UnsupportedModelException(
                $"mhc_sinkhorn_iterations is {iterations}; the forward pass knows 1 to {MostIterations}."
            );

        float Factor(string name) => scope.Vector(name).Flat[0];
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override int Numbers => _mapping.Outputs;

    /// <summary>That of a block's module, or null where the block adds to a single stream.</summary>
    public static HyperConnection? OrNull(WeightScope scope) => scope.Has("mapping_proj.weight") ? new(scope) : null;

    /// <inheritdoc/>
    public override void Read(ForwardPass pass, Matrix x, Matrix numbers, Matrix input)
    {
        _mapping.Run(pass.Workers, x, numbers);
        pass.Workers.Run(
            x.Rows,
            LeastRows,
            new ReadJob(Count, _factors, _bias, _epsilon, _iterations, x, numbers, input)
        );
    }

    /// <inheritdoc/>
    public override void Write(ForwardPass pass, Matrix numbers, Matrix output, Matrix x) =>
        pass.Workers.Run(x.Rows, LeastRows, new WriteJob(Count, numbers, output, x));

    private readonly struct ReadJob(
        int count,
        (float Read, float Write, float Mix) factors,
        Matrix bias,
        float epsilon,
        int iterations,
        Matrix x,
        Matrix numbers,
        Matrix input
    ) : IJob
    {
        public void Run(int begin, int end)
        {
            for (int token = begin; token < end; token++)
            {
                Span<float> own = numbers[token];
                Connect(own, ResidualStreams.Scale(x[token], epsilon));
                ResidualStreams.Fold(x[token], own[..count], input[token]);
            }
        }

        // Factors to read with, factors to write with, and shares, a row for each stream that is given away.
        private void Connect(Span<float> own, float scale)
        {
            for (int i = 0; i < own.Length; i++)
            {
                float factor =
                    i < count ? factors.Read
                    : i < 2 * count ? factors.Write
                    : factors.Mix;
                own[i] = (own[i] * scale * factor) + bias[0][i];
            }

            for (int i = 0; i < count; i++)
            {
                own[i] = Activations.SigmoidOf(own[i]) + ResidualStreams.Epsilon;
                own[count + i] = 2 * Activations.SigmoidOf(own[count + i]);
            }

            Sinkhorn.Run(own[(2 * count)..], count, iterations, ResidualStreams.Epsilon);
        }
    }

    private readonly struct WriteJob(int count, Matrix numbers, Matrix output, Matrix x) : IJob
    {
        public void Run(int begin, int end)
        {
            Span<float> before = stackalloc float[count * Chunk];
            for (int token = begin; token < end; token++)
            {
                for (int at = 0; at < output.Columns; at += Chunk)
                {
                    Mix(token, at, Math.Min(Chunk, output.Columns - at), before);
                }
            }
        }

        private void Mix(int token, int at, int channels, Span<float> before)
        {
            ReadOnlySpan<float> factors = numbers[token].Slice(count, count);
            ReadOnlySpan<float> shares = numbers[token][(2 * count)..];
            Span<float> streams = x[token];
            for (int stream = 0; stream < count; stream++)
            {
                Span<float> own = streams.Slice((stream * output.Columns) + at, channels);
                own.CopyTo(before.Slice(stream * Chunk, channels));
                own.Clear();
                Rows.Add(output[token].Slice(at, channels), own, factors[stream]);
            }

            for (int stream = 0; stream < count; stream++)
            {
                Span<float> own = streams.Slice((stream * output.Columns) + at, channels);
                for (int from = 0; from < count; from++)
                {
                    Rows.Add(before.Slice(from * Chunk, channels), own, shares[(from * count) + stream]);
                }
            }
        }
    }
}
