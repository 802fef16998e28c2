using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A layer of a hybrid model: one block, of the kind that the letter of its pattern says.</summary>
internal static class HybridPlan
{
    /// <summary>The layer under a scope.</summary>
    public static Layer Of(WeightScope scope)
    {
        char kind = HybridPattern.Of(scope.Provider).Layers[scope.Layer];
        (RowNorm?, Block) branch = kind switch
        {
            HybridPattern.Mamba => (
                scope.NormOrNull("mixer.in_proj.layer_norm_"),
                new MambaBlock(scope.Inside("mixer."))
            ),
            HybridPattern.Attention => (
                LayerPlan.MixerNorm(scope),
                new AttentionBlock(scope.Inside("self_attention."))
            ),
            HybridPattern.DeltaNet => (
                LayerPlan.MixerNorm(scope),
                new GatedDeltaNetBlock(scope.Inside("self_attention."))
            ),
            HybridPattern.Experts => (LayerPlan.MlpNorm(scope), new ExpertsBlock(scope.Inside("mlp."))),
            _ => (LayerPlan.MlpNorm(scope), new MlpBlock(scope.Inside("mlp."), Activation.Of(scope.Provider))),
        };
        return new(scope.Layer, [new([branch])]);
    }
}
