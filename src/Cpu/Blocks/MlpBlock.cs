using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A dense MLP, plain or gated.</summary>
internal sealed class MlpBlock : Block
{
    private readonly Linear _up;
    private readonly Linear _down;
    private readonly Activation _activation;
    private readonly float _gateFactor;

    /// <summary>Builds it from the scope of its module; what the activation is taken of is multiplied by a factor.</summary>
    public MlpBlock(WeightScope scope, Activation activation, float gateFactor = 1)
    {
        _up = Linear.Of(scope, "linear_fc1");
        _down = Linear.OfColumns(scope, "linear_fc2");
        _activation = activation;
        _gateFactor = gateFactor;
    }

    /// <inheritdoc/>
    public override string Name => "mlp";

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix inner = frame.Take(x.Rows, _up.Outputs); // [tokens, width], with a gate [tokens, 2 · width]
        Matrix bent = frame.Take(x.Rows, _down.Inputs); // [tokens, width]
        _up.Run(pass.Workers, x, inner);
        Rows.Scale(inner.ColumnRange(0, bent.Columns), _gateFactor);
        _activation.Run(pass.Workers, inner, bent);
        _down.Run(pass.Workers, bent, y);
    }
}
