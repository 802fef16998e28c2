using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Kimi's delta attention: a gated delta net whose matrices fade by a factor for each channel of the key, with projections and convolutions of
/// their own for queries, keys and values, and a gate behind the norm of what it gives.
/// </summary>
internal sealed class KimiDeltaBlock : Block
{
    private static readonly string[] Parts = ["q", "k", "v"];

    private readonly Linear[] _projections;
    private readonly CausalConvolution[] _convolutions;
    private readonly Linear _fadeDown;
    private readonly Linear _fadeUp;
    private readonly Linear _share;
    private readonly Linear _gate;
    private readonly Linear _out;
    private readonly RowNorm _norm;
    private readonly Matrix _rates; // [1, heads]: exp(A_log)
    private readonly Matrix _bias; // [1, heads · size]
    private readonly float _least; // the logarithm of what remains at the least
    private readonly int _size;
    private readonly Func<SequenceState, RecurrentState> _newState;

    /// <summary>Builds it from the scope of its module.</summary>
    public KimiDeltaBlock(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        int ranks = scope.Parallel.Tensor.Size;
        int heads = provider.KimiLinearNumHeads;
        if (heads % ranks != 0)
        {
            throw new UnsupportedModelException(
                $"kimi_linear_num_heads is {heads}, which does not divide over {ranks} tensor parallel ranks."
            );
        }

        _size = provider.KimiLinearHeadDim;
        KeyValueCache.RequireSize(_size, _size);
        _projections = [.. Parts.Select(part => Linear.Of(scope, part + "_proj"))];
        _convolutions = [.. Parts.Select(part => new CausalConvolution(scope.Inside(part + "_")))];
        _fadeDown = Linear.Of(scope, "f_a_proj");
        _fadeUp = Linear.Of(scope, "f_b_proj");
        _share = Linear.Of(scope, "b_proj");
        _gate = Linear.Of(scope, "g_proj");
        _out = Linear.OfColumns(scope, "o_proj");
        _norm = scope.Norm("o_norm.");
        _rates = scope.Vector("A_log");
        foreach (ref float rate in _rates.Flat)
        {
            rate = MathF.Exp(rate);
        }

        _bias = scope.Vector("dt_bias");
        _least = (float)provider.NumberOr("kimi_kda_gate_lower_bound", -5);
        int tail = _convolutions.Sum(convolution => convolution.TailLength);
        _newState = _ => new(heads / ranks, _size, _size, tail);
    }

    /// <inheritdoc/>
    public override string Name => "self_attention";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int width = _out.Inputs;
        RecurrentState state = pass.State.Of(this, _newState);
        Matrix queries = frame.Take(x.Rows, width); // [tokens, heads · size]
        Matrix keys = frame.Take(x.Rows, width); // [tokens, heads · size]
        Matrix values = frame.Take(x.Rows, width); // [tokens, heads · size]
        Project(pass, state, x, [queries, keys, values]);
        DeltaRuleJob.Normalize(queries, _size);
        DeltaRuleJob.Normalize(keys, _size);
        Matrix fades = frame.Take(x.Rows, width); // [tokens, heads · size]
        Matrix shares = frame.Take(x.Rows, _share.Outputs); // [tokens, heads]
        Fade(pass, x, shares, fades);
        Matrix result = frame.Take(x.Rows, width); // [tokens, heads · size]
        DeltaRuleJob job = new()
        {
            Queries = queries,
            Keys = keys,
            Values = values,
            Shares = shares,
            Fades = fades,
            State = state.Heads,
            Result = result,
        };
        pass.Workers.Run(job.Heads, 1, job);
        Matrix heads = result.Reshape(x.Rows * shares.Columns, _size);
        _norm.Run(pass.Workers, heads, heads);
        _gate.Run(pass.Workers, x, values);
        Decays.GateBySigmoid(result, values);
        _out.Run(pass.Workers, result, y);
    }

    private void Project(ForwardPass pass, RecurrentState state, Matrix x, ReadOnlySpan<Matrix> parts)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix projected = frame.Take(x.Rows, _out.Inputs); // [tokens, heads · size]
        int at = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            _projections[i].Run(pass.Workers, x, projected);
            int length = _convolutions[i].TailLength;
            _convolutions[i].Run(pass, state.Tail.Slice(at, length), projected, parts[i]);
            at += length;
        }
    }

    /// <summary>How much of the difference each head corrects, and how much remains of each row of its matrix.</summary>
    private void Fade(ForwardPass pass, Matrix x, Matrix shares, Matrix fades)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix latent = frame.Take(x.Rows, _fadeDown.Outputs); // [tokens, size]
        _fadeDown.Run(pass.Workers, x, latent);
        _fadeUp.Run(pass.Workers, latent, fades);
        _share.Run(pass.Workers, x, shares);
        for (int token = 0; token < x.Rows; token++)
        {
            Span<float> own = fades[token];
            for (int i = 0; i < own.Length; i++)
            {
                float gate = Activations.SigmoidOf(_rates[0][i / _size] * (own[i] + _bias[0][i]));
                own[i] = MathF.Exp(_least * gate);
            }

            foreach (ref float share in shares[token])
            {
                share = Activations.SigmoidOf(share);
            }
        }
    }
}
