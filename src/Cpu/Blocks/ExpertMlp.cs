using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The two linear layers of one expert, as far as the rank has them.</summary>
internal sealed record ExpertMlp(Linear Up, Linear Down)
{
    /// <summary>
    /// Those of the expert with that number on the rank. Of the ranks that share it, one alone has the bias of the second layer: their
    /// results are added up.
    /// </summary>
    public static ExpertMlp Of(WeightScope scope, int expert)
    {
        Linear up;
        Linear down;
        if (scope.Has($"experts.linear_fc1.weight{expert}"))
        {
            up = Grouped(scope, "experts.linear_fc1", expert);
            down = Grouped(scope, "experts.linear_fc2", expert);
        }
        else
        {
            up = Linear.Of(scope, $"experts.local_experts.{expert}.linear_fc1");
            down = Linear.Of(scope, $"experts.local_experts.{expert}.linear_fc2");
        }

        return new(up, scope.Parallel.ExpertTensor.Rank == 0 ? down : down with { Bias = null });
    }

    private static Linear Grouped(WeightScope scope, string name, int expert) =>
        new(scope.Matrix($"{name}.weight{expert}"), scope.VectorOrNull($"{name}.bias{expert}"));
}
