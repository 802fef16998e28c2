using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Attention residuals of Kimi K3. The first stream is the sum of what the blocks gave; every few layers it is put by, each time into a stream of
/// its own, and begins anew. A block reads all that there is by then: a sum, weighed by the softmax of a score of each stream.
/// </summary>
internal sealed class AttentionResidual : StreamConnection
{
    private const string BlockSize = "kimi_attn_res_block_size";

    private readonly Matrix _weights; // [1, hidden]: of the norm and of the score
    private readonly float _epsilon;
    private readonly int _seen;
    private readonly bool _putsBy;

    /// <summary>Builds it from the scope of a layer and the name of its norm and projection.</summary>
    public AttentionResidual(WeightScope scope, string name)
    {
        ModelProvider provider = scope.Provider;
        bool isMixer = name == "self_attention_res";
        _putsBy = isMixer && scope.Layer % Size(provider) == 0;
        _seen = Streams(provider, isMixer ? scope.Layer : scope.Layer + 1);
        _weights = scope.Vector(name + "_norm.weight");
        Matrix scores = scope.Vector(name + "_proj.weight");
        for (int i = 0; i < _weights.Columns; i++)
        {
            _weights[0][i] *= scores[0][i];
        }

        _epsilon = (float)provider.LayernormEpsilon;
        Count = Streams(provider, provider.NumLayers);
    }

    /// <summary>True when a model has such residuals.</summary>
    public static bool IsOf(ModelProvider provider) => provider.Has(BlockSize);

    /// <summary>The streams that there are behind so many layers.</summary>
    public static int Streams(ModelProvider provider, int layers) =>
        1 + (int)(((long)layers + Size(provider) - 1) / Size(provider));

    /// <summary>What is read of the streams when the last block has written, which is what the decoder ends with; null elsewhere.</summary>
    public AttentionResidual? End { get; init; }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override int Numbers => _seen;

    /// <inheritdoc/>
    public override void Read(ForwardPass pass, Matrix x, Matrix numbers, Matrix input) =>
        pass.Workers.Run(x.Rows, 4, new Job(x, numbers, input, _weights, _epsilon));

    /// <inheritdoc/>
    public override void Write(ForwardPass pass, Matrix numbers, Matrix output, Matrix x)
    {
        Matrix sum = x.ColumnRange(0, output.Columns);
        if (_putsBy)
        {
            x.ColumnRange(_seen * output.Columns, output.Columns).CopyFrom(sum);
            sum.CopyFrom(output);
        }
        else
        {
            Rows.Add(output, sum);
        }

        if (End is not null)
        {
            End.Read(pass, x, numbers, output);
            sum.CopyFrom(output);
        }
    }

    private static int Size(ModelProvider provider)
    {
        double size = provider.NumberOr(BlockSize, 0);
        return size is >= 1 and <= int.MaxValue
            ? (int)size
            : throw new InvalidConfigException($"{BlockSize} must be 1 or more, found {provider[BlockSize]}.");
    }

    private readonly struct Job(Matrix x, Matrix numbers, Matrix input, Matrix weights, float epsilon) : IJob
    {
        public void Run(int begin, int end)
        {
            for (int token = begin; token < end; token++)
            {
                Span<float> streams = x[token];
                Span<float> shares = numbers[token];
                for (int stream = 0; stream < shares.Length; stream++)
                {
                    ReadOnlySpan<float> own = streams.Slice(stream * input.Columns, input.Columns);
                    shares[stream] = Rows.Product(own, weights[0]) * ResidualStreams.Scale(own, epsilon);
                }

                Softmax.Run(shares);
                ResidualStreams.Fold(streams, shares, input[token]);
            }
        }
    }
}
