using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What a layer of Gemma 4 makes of its own embedding: a gate of the residual stream scales it, and it is projected up.</summary>
internal sealed class PerLayerInputBlock : Block
{
    private readonly Linear _gate;
    private readonly Linear _projection;
    private readonly Activation _activation;
    private readonly int _layer;

    /// <summary>Builds it from the scope of the layer.</summary>
    public PerLayerInputBlock(WeightScope scope)
    {
        _gate = Linear.Of(scope, "per_layer_input_gate");
        _projection = Linear.Of(scope, "per_layer_projection");
        _activation = Activation.Of(scope.Provider) with { IsGated = true };
        _layer = scope.Layer;
    }

    /// <inheritdoc/>
    public override string Name => "per_layer_input";

    /// <summary>Every rank has all of it.</summary>
    public override bool GivesShares => false;

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int size = _gate.Outputs;
        Matrix pair = frame.Take(x.Rows, 2 * size); // [tokens, 2 · size]: the gate, and what it scales
        Matrix scaled = frame.Take(x.Rows, size); // [tokens, size]
        _gate.Run(pass.Workers, x, pair.ColumnRange(0, size));
        pair.ColumnRange(size, size).CopyFrom(pass.PerLayerInputs!.Value.ColumnRange(_layer * size, size));
        _activation.Run(pass.Workers, pair, scaled);
        _projection.Run(pass.Workers, scaled, y);
    }
}
