using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>Makes one stream of several at the end of the decoder: a sum, by factors that are computed from the streams of the token.</summary>
internal sealed class StreamHead
{
    private readonly Linear _mapping;
    private readonly Matrix _bias;
    private readonly float _factor;
    private readonly float _epsilon;

    private StreamHead(WeightScope scope)
    {
        _mapping = new(scope.Matrix("hc_head_fn"), Bias: null);
        _bias = scope.Vector("hc_head_base");
        _factor = scope.Vector("hc_head_scale").Flat[0];
        _epsilon = (float)scope.Provider.LayernormEpsilon;
    }

    /// <summary>How many streams there are.</summary>
    public int Count => _mapping.Outputs;

    /// <summary>That of the decoder, or null where it has a single stream.</summary>
    public static StreamHead? OrNull(WeightScope scope) => scope.Has("hc_head_fn") ? new(scope) : null;

    /// <summary>y <c>[tokens, hidden]</c> becomes the sum of the streams x.</summary>
    public void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix factors = frame.Take(x.Rows, Count); // [tokens, streams]
        _mapping.Run(pass.Workers, x, factors);
        ReadOnlySpan<float> bias = _bias.Flat;
        for (int token = 0; token < x.Rows; token++)
        {
            Span<float> own = factors[token];
            float scale = ResidualStreams.Scale(x[token], _epsilon) * _factor;
            for (int i = 0; i < own.Length; i++)
            {
                own[i] = Activations.SigmoidOf((own[i] * scale) + bias[i]) + ResidualStreams.Epsilon;
            }

            ResidualStreams.Fold(x[token], own, y[token]);
        }
    }
}
