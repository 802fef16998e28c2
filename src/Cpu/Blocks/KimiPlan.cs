using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A layer of Kimi K3: linear attention, or latent attention without positions, then an MLP or experts; see <see cref="AttentionResidual"/>.</summary>
internal static class KimiPlan
{
    private const string Last = "output_attn_res";

    /// <summary>The layer under a scope.</summary>
    public static Layer Of(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        WeightScope attention = scope.Inside("self_attention.");
        Block mixer = provider.IsKimiDeltaLayer(scope.Layer)
            ? new KimiDeltaBlock(attention)
            : new LatentAttentionBlock(attention, LatentNames.Kimi);
        WeightScope own = scope.Inside("mlp.");
        Block mlp = provider.IsMoeLayer(scope.Layer)
            ? new ExpertsBlock(own)
            : new MlpBlock(own, LayerActivations.Dense(own));
        RowNorm? mlpNorm = LayerPlan.MlpNorm(scope);
        return new(
            scope.Layer,
            [
                new([(LayerPlan.MixerNorm(scope), mixer)])
                {
                    Streams = new AttentionResidual(scope, "self_attention_res"),
                },
                new([(mlpNorm, mlp)])
                {
                    Streams = new AttentionResidual(scope, "mlp_res")
                    {
                        End = scope.Has(Last + "_norm.weight") ? new(scope, Last) : null,
                    },
                },
            ]
        );
    }
}
