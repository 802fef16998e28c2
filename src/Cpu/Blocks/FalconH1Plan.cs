using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A layer of Falcon-H1: a Mamba-2 mixer and attention side by side behind one norm, then an MLP, with factors in between.</summary>
internal static class FalconH1Plan
{
    /// <summary>True when a model has such layers.</summary>
    public static bool IsOf(ModelProvider provider) => provider.Has("use_mamba");

    /// <summary>The layer under a scope.</summary>
    public static Layer Of(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        RowNorm norm = scope.Norm("norm.");
        List<(RowNorm?, Block)> mixers = [];
        if (provider.IsOn("use_mamba"))
        {
            MambaBlock mamba = new(scope.Inside("mamba_mixer."));
            mixers.Add((norm, new ScaledBlock(mamba, Factor("ssm_in_multiplier"), Factor("ssm_out_multiplier"))));
        }

        if (provider.IsOn("use_attention"))
        {
            AttentionBlock attention = new(scope.Inside("self_attention."));
            float input = Factor("attention_in_multiplier");
            mixers.Add((norm, new ScaledBlock(attention, input, Factor("attention_out_multiplier"))));
        }

        List<ResidualStep> steps = mixers.Count == 0 ? [] : [new(mixers)];
        if (provider.IsOn("use_mlp"))
        {
            IReadOnlyList<float> factors = provider.NumbersOr("mlp_multipliers", [1, 1]);
            MlpBlock mlp = new(scope.Inside("mlp."), Activation.Of(provider), gateFactor: factors[0]);
            steps.Add(new([(LayerPlan.MlpNorm(scope), new ScaledBlock(mlp, 1, factors[1]))]));
        }

        return new(scope.Layer, steps);

        float Factor(string field) => (float)provider.NumberOr(field, 1);
    }
}
