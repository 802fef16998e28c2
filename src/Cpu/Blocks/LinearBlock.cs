using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A single linear layer in the place of attention or an MLP: each rank has some rows, so that its share is some columns.</summary>
internal sealed class LinearBlock : Block
{
    private readonly Linear _linear;
    private readonly int _first; // column of the rank

    /// <summary>Builds it from the scope of its layer and the module in whose place it stands.</summary>
    public LinearBlock(WeightScope scope, string module)
    {
        Name = module;
        _linear = Linear.Of(scope, module);
        _first = scope.Parallel.Tensor.Rank * _linear.Outputs;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix own = frame.Take(x.Rows, _linear.Outputs); // [tokens, rows of the rank]
        _linear.Run(pass.Workers, x, own);
        y.Clear();
        y.ColumnRange(_first, own.Columns).CopyFrom(own);
    }
}
