using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A layer of Llama-Nemotron: attention and MLP are whole, a single linear layer, or missing, each for itself.</summary>
internal static class HeterogeneousPlan
{
    /// <summary>The layer under a scope, as its block describes it.</summary>
    public static Layer Of(WeightScope scope, LayerBlock block)
    {
        List<ResidualStep> steps = [];
        Add(
            block.Attention,
            "self_attention",
            () => (LayerPlan.MixerNorm(scope), new AttentionBlock(scope.Inside("self_attention.")))
        );
        Add(
            block.Mlp,
            "mlp",
            () => (LayerPlan.MlpNorm(scope), new MlpBlock(scope.Inside("mlp."), Activation.Of(scope.Provider)))
        );
        return new(scope.Layer, steps);

        void Add(BlockPart part, string module, Func<(RowNorm?, Block)> whole)
        {
            if (part == BlockPart.Whole)
            {
                steps.Add(new([whole()]));
            }
            else if (part == BlockPart.Linear)
            {
                steps.Add(new([(scope.Norm(module + ".layer_norm_"), new LinearBlock(scope, module))]));
            }
        }
    }
}
