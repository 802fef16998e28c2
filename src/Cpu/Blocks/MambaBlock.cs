using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// A Mamba-2 mixer: every head keeps a state that fades with a step of time, which each token chooses, and takes up its input by B; C reads it.
/// </summary>
internal sealed class MambaBlock : Block
{
    private readonly Linear _in;
    private readonly Linear _out;
    private readonly CausalConvolution _convolution;
    private readonly RowNorm? _norm;
    private readonly Matrix _decay; // [1, heads]: -exp(A_log)
    private readonly Matrix _bias; // [1, heads]
    private readonly Matrix _skip; // [1, heads]
    private readonly IReadOnlyList<float> _factors; // of z, x, B, C, dt
    private readonly bool _normsBeforeGate;
    private readonly int _heads;
    private readonly int _headSize;
    private readonly int _groups;
    private readonly int _stateSize;
    private readonly Func<SequenceState, RecurrentState> _newState;

    /// <summary>Builds it from the scope of its module.</summary>
    public MambaBlock(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        int ranks = scope.Parallel.Tensor.Size;
        _headSize = provider.MambaHeadDim;
        _heads = (provider.MambaNumHeads ?? (2 * provider.HiddenSize / _headSize)) / ranks;
        _groups = provider.MambaNumGroups / ranks;
        _stateSize = provider.MambaStateDim;
        _in = Linear.Of(scope, "in_proj");
        _out = Linear.OfColumns(scope, "out_proj");
        _convolution = new(scope);
        _norm = scope.Has("norm.weight")
            ? new(scope.Vector("norm.weight"), null, (float)provider.LayernormEpsilon, SubtractsMean: false)
            : null;
        _decay = Decays.Of(scope.Vector("A_log"));
        _bias = scope.Vector("dt_bias");
        _skip = scope.Vector("D");
        _factors = provider.NumbersOr("ssm_multipliers", [1, 1, 1, 1, 1]);
        _normsBeforeGate = provider.IsOn("norm_before_gate");
        _newState = _ => new(_heads, _headSize, _stateSize, _convolution.TailLength);
    }

    /// <inheritdoc/>
    public override string Name => "mixer";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int inner = _heads * _headSize;
        int states = _groups * _stateSize;
        Matrix fused = frame.Take(x.Rows, _in.Outputs); // [tokens, z; x; B; C; dt]
        Matrix convolved = frame.Take(x.Rows, _convolution.Channels); // [tokens, x; B; C]
        Matrix result = frame.Take(x.Rows, inner); // [tokens, heads · size]
        _in.Run(pass.Workers, x, fused);
        ScaleParts(fused, [inner, inner, states, states, _heads]);
        RecurrentState state = pass.State.Of(this, _newState);
        _convolution.Run(pass, state.Tail, fused.ColumnRange(inner, _convolution.Channels), convolved);
        Job job = new()
        {
            Inputs = convolved.ColumnRange(0, inner),
            B = convolved.ColumnRange(inner, states),
            C = convolved.ColumnRange(inner + states, states),
            Steps = fused.ColumnRange(inner + _convolution.Channels, _heads),
            Decay = _decay,
            Bias = _bias,
            Skip = _skip,
            State = state.Heads,
            Result = result,
            HeadSize = _headSize,
            StateSize = _stateSize,
            HeadsOfGroup = _heads / _groups,
        };
        pass.Workers.Run(_heads, 1, job);
        GateAndNorm(result, fused.ColumnRange(0, inner));
        _out.Run(pass.Workers, result, y);
    }

    private void ScaleParts(Matrix fused, ReadOnlySpan<int> sizes)
    {
        int at = 0;
        for (int part = 0; part < sizes.Length; part++)
        {
            Rows.Scale(fused.ColumnRange(at, sizes[part]), _factors[part]);
            at += sizes[part];
        }
    }

    private void GateAndNorm(Matrix x, Matrix gates)
    {
        if (_normsBeforeGate)
        {
            NormGroups(x);
            Decays.Gate(x, gates);
        }
        else
        {
            Decays.Gate(x, gates);
            NormGroups(x);
        }
    }

    /// <summary>Each group of heads is normed on its own, with its part of the weight.</summary>
    private void NormGroups(Matrix x)
    {
        if (_norm is null)
        {
            return;
        }

        int size = x.Columns / _groups;
        for (int group = 0; group < _groups; group++)
        {
            RowNorm own = _norm with { Weight = _norm.Weight!.Value.ColumnRange(group * size, size) };
            for (int token = 0; token < x.Rows; token++)
            {
                own.Run(x[token].Slice(group * size, size));
            }
        }
    }

    private readonly struct Job : IJob
    {
        public Matrix Inputs { get; init; } // [tokens, heads · size]
        public Matrix B { get; init; } // [tokens, groups · state size]
        public Matrix C { get; init; } // [tokens, groups · state size]
        public Matrix Steps { get; init; } // [tokens, heads]
        public Matrix Decay { get; init; } // [1, heads]
        public Matrix Bias { get; init; } // [1, heads]
        public Matrix Skip { get; init; } // [1, heads]
        public Matrix State { get; init; } // [heads · size, state size]
        public Matrix Result { get; init; } // [tokens, heads · size]
        public int HeadSize { get; init; }
        public int StateSize { get; init; }
        public int HeadsOfGroup { get; init; }

        public void Run(int begin, int end)
        {
            for (int head = begin; head < end; head++)
            {
                Matrix state = State.RowRange(head * HeadSize, HeadSize); // [size, state size]
                for (int token = 0; token < Inputs.Rows; token++)
                {
                    Step(head, token, state);
                }
            }
        }

        private void Step(int head, int token, Matrix state)
        {
            int group = head / HeadsOfGroup * StateSize;
            ReadOnlySpan<float> b = B[token].Slice(group, StateSize);
            ReadOnlySpan<float> c = C[token].Slice(group, StateSize);
            ReadOnlySpan<float> input = Inputs[token].Slice(head * HeadSize, HeadSize);
            Span<float> result = Result[token].Slice(head * HeadSize, HeadSize);
            float step = Activations.SoftplusOf(Steps[token][head] + Bias[0][head]);
            float fade = MathF.Exp(step * Decay[0][head]);
            for (int channel = 0; channel < HeadSize; channel++)
            {
                Span<float> row = state[channel];
                Rows.Scale(row, fade);
                Rows.Add(b, row, step * input[channel]);
                result[channel] = (Skip[0][head] * input[channel]) + Rows.Product(row, c);
            }
        }
    }
}
