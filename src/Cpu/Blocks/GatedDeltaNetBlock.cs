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
        KeyValueCache.RequireSize(_keySize, _valueSize);
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
        _convolution.Run(pass, state.Tail, fused.ColumnRange(0, _convolution.Channels), convolved);
        DeltaRuleJob.Normalize(convolved.ColumnRange(0, 2 * keys), _keySize);
        int behind = _convolution.Channels;
        Matrix betas = fused.ColumnRange(behind + values, _valueHeads); // [tokens, value heads]
        Matrix alphas = fused.ColumnRange(behind + values + _valueHeads, _valueHeads); // [tokens, value heads]
        Fade(betas, alphas);
        DeltaRuleJob job = new()
        {
            Queries = convolved.ColumnRange(0, keys),
            Keys = convolved.ColumnRange(keys, keys),
            Values = convolved.ColumnRange(2 * keys, values),
            Shares = betas,
            Fades = alphas,
            State = state.Heads,
            Result = result,
            HeadsOfKey = _valueHeads / _keyHeads,
        };
        pass.Workers.Run(job.Heads, 1, job);
        Matrix heads = result.Reshape(x.Rows * _valueHeads, _valueSize);
        _norm.Run(pass.Workers, heads, heads);
        Decays.Gate(result, fused.ColumnRange(behind, values));
        _out.Run(pass.Workers, result, y);
    }

    /// <summary>Makes betas shares, in their place, and of alphas how much of the state remains.</summary>
    private void Fade(Matrix betas, Matrix alphas)
    {
        for (int token = 0; token < betas.Rows; token++)
        {
            Span<float> own = betas[token];
            Span<float> fades = alphas[token];
            for (int head = 0; head < own.Length; head++)
            {
                own[head] = Activations.SigmoidOf(own[head]);
                float step = Activations.SoftplusOf(fades[head] + _bias[0][head]);
                fades[head] = MathF.Exp(_decay[0][head] * step);
            }
        }
    }
}
