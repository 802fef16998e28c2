using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Gated delta net, a linear attention: every value head keeps a matrix from keys to values, which fades by a gate and is corrected by what a
/// token's value differs from what it gives for the token's key.
/// </summary>
internal sealed class GatedDeltaNetBlock : Block
{
    private const float NormEpsilon = 1e-6f; // of queries and keys, which have no weight

    private readonly Linear _in;
    private readonly Linear _out;
    private readonly CausalConvolution _convolution;
    private readonly RowNorm _norm;
    private readonly Matrix _decay; // [1, value heads]: -exp(A_log)
    private readonly Matrix _bias; // [1, value heads]
    private readonly int _keyHeads;
    private readonly int _keySize;
    private readonly int _valueHeads;
    private readonly int _valueSize;
    private readonly Func<SequenceState, RecurrentState> _newState;

    /// <summary>Builds it from the scope of its module.</summary>
    public GatedDeltaNetBlock(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        int ranks = scope.Parallel.Tensor.Size;
        _keyHeads = provider.LinearNumKeyHeads!.Value / ranks;
        _keySize = provider.LinearKeyHeadDim!.Value;
        _valueHeads = provider.LinearNumValueHeads!.Value / ranks;
        _valueSize = provider.LinearValueHeadDim!.Value;
        _in = Linear.Of(scope, "in_proj");
        _out = Linear.OfColumns(scope, "out_proj");
        _convolution = new(scope);
        _norm = scope.Norm("out_norm.");
        _decay = Decays.Of(scope.Vector("A_log"));
        _bias = scope.Vector("dt_bias");
        _newState = _ => new(_valueHeads, _keySize, _valueSize, _convolution.TailLength);
    }

    /// <inheritdoc/>
    public override string Name => "self_attention";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int keys = _keyHeads * _keySize;
        int values = _valueHeads * _valueSize;
        Matrix fused = frame.Take(x.Rows, _in.Outputs); // [tokens, query; key; value; z; beta; alpha]
        Matrix convolved = frame.Take(x.Rows, _convolution.Channels); // [tokens, query; key; value]
        Matrix result = frame.Take(x.Rows, values); // [tokens, value heads · size]
        _in.Run(pass.Workers, x, fused);
        RecurrentState state = pass.State.Of(this, _newState);
        _convolution.Run(pass, state, fused.ColumnRange(0, _convolution.Channels), convolved);
        NormKeys(convolved.ColumnRange(0, 2 * keys));
        int behind = _convolution.Channels;
        Job job = new()
        {
            Queries = convolved.ColumnRange(0, keys),
            Keys = convolved.ColumnRange(keys, keys),
            Values = convolved.ColumnRange(2 * keys, values),
            Betas = fused.ColumnRange(behind + values, _valueHeads),
            Alphas = fused.ColumnRange(behind + values + _valueHeads, _valueHeads),
            Decay = _decay,
            Bias = _bias,
            State = state.Heads,
            Result = result,
            KeySize = _keySize,
            ValueSize = _valueSize,
            ValueHeadsOfKey = _valueHeads / _keyHeads,
        };
        pass.Workers.Run(_valueHeads, 1, job);
        Matrix heads = result.Reshape(x.Rows * _valueHeads, _valueSize);
        _norm.Run(pass.Workers, heads, heads);
        Decays.Gate(result, fused.ColumnRange(behind, values));
        _out.Run(pass.Workers, result, y);
    }

    /// <summary>Gives all queries and keys the length 1.</summary>
    private void NormKeys(Matrix x)
    {
        for (int token = 0; token < x.Rows; token++)
        {
            Span<float> row = x[token];
            for (int at = 0; at < row.Length; at += _keySize)
            {
                Span<float> head = row.Slice(at, _keySize);
                float squares = 0;
                foreach (float number in head)
                {
                    squares += number * number;
                }

                float scale = 1 / MathF.Sqrt(squares + NormEpsilon);
                foreach (ref float number in head)
                {
                    number *= scale;
                }
            }
        }
    }

    private readonly struct Job : IJob
    {
        public Matrix Queries { get; init; } // [tokens, key heads · key size]
        public Matrix Keys { get; init; } // [tokens, key heads · key size]
        public Matrix Values { get; init; } // [tokens, value heads · value size]
        public Matrix Betas { get; init; } // [tokens, value heads]
        public Matrix Alphas { get; init; } // [tokens, value heads]
        public Matrix Decay { get; init; } // [1, value heads]
        public Matrix Bias { get; init; } // [1, value heads]
        public Matrix State { get; init; } // [value heads · key size, value size]
        public Matrix Result { get; init; } // [tokens, value heads · value size]
        public int KeySize { get; init; }
        public int ValueSize { get; init; }
        public int ValueHeadsOfKey { get; init; }

        public void Run(int begin, int end)
        {
            Span<float> delta = stackalloc float[ValueSize];
            for (int head = begin; head < end; head++)
            {
                Matrix state = State.RowRange(head * KeySize, KeySize); // [key size, value size]
                for (int token = 0; token < Queries.Rows; token++)
                {
                    Step(head, token, state, delta);
                }
            }
        }

        private void Step(int head, int token, Matrix state, Span<float> delta)
        {
            int keyHead = head / ValueHeadsOfKey * KeySize;
            ReadOnlySpan<float> query = Queries[token].Slice(keyHead, KeySize);
            ReadOnlySpan<float> key = Keys[token].Slice(keyHead, KeySize);
            ReadOnlySpan<float> value = Values[token].Slice(head * ValueSize, ValueSize);
            Span<float> result = Result[token].Slice(head * ValueSize, ValueSize);
            float fade = MathF.Exp(Decay[0][head] * Activations.SoftplusOf(Alphas[token][head] + Bias[0][head]));
            float beta = Activations.SigmoidOf(Betas[token][head]);
            delta.Clear();
            for (int i = 0; i < KeySize; i++)
            {
                Span<float> row = state[i];
                Rows.Scale(row, fade);
                Rows.Add(row, delta, key[i]); // what the state gives for the key
            }

            for (int i = 0; i < ValueSize; i++)
            {
                delta[i] = (value[i] - delta[i]) * beta;
            }

            float scale = 1 / MathF.Sqrt(KeySize);
            result.Clear();
            for (int i = 0; i < KeySize; i++)
            {
                Span<float> row = state[i];
                Rows.Add(delta, row, key[i]);
                Rows.Add(row, result, query[i] * scale);
            }
        }
    }
}
