using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The experts of Gemma 4: a dense MLP and routed experts side by side, each with norms of its own before and behind; the router sees what
/// comes in without a norm.
/// </summary>
internal sealed class Gemma4ExpertsBlock : Block
{
    private readonly ExpertPool _pool;
    private readonly MlpBlock _dense;
    private readonly RowNorm _routedBefore;
    private readonly RowNorm _routedBehind;
    private readonly RowNorm _denseBefore;
    private readonly RowNorm _denseBehind;

    /// <summary>Builds it from the scope of the layer.</summary>
    public Gemma4ExpertsBlock(WeightScope layer)
    {
        WeightScope scope = layer.Inside("mlp.");
        _pool = new(scope);
        _dense = new(scope.Inside("shared_experts."), Activation.Of(scope.Provider));
        _routedBefore = layer.Norm("pre_mlp_layernorm.");
        _routedBehind = scope.Norm("post_moe_layernorm.");
        _denseBefore = layer.Norm("pre_shared_expert_layernorm.");
        _denseBehind = scope.Norm("post_shared_expert_layernorm.");
    }

    /// <inheritdoc/>
    public override string Name => "mlp";

    /// <summary>The norms behind need whole results, so they are exchanged here.</summary>
    public override bool GivesShares => false;

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix input = frame.Take(x.Rows, x.Columns); // [tokens, hidden]
        Matrix routed = frame.Take(x.Rows, x.Columns); // [tokens, hidden]
        _denseBefore.Run(pass.Workers, x, input);
        _dense.Forward(pass, input, y);
        Collectives.Sum(pass.Parallel.Tensor, y);
        _denseBehind.Run(pass.Workers, y, y);

        _routedBefore.Run(pass.Workers, x, input);
        _pool.Forward(pass, x, input, routed);
        Collectives.Sum(pass.Parallel.Tensor, routed);
        _routedBehind.Run(pass.Workers, routed, routed);
        Rows.Add(routed, y);
    }
}
