using MegatronBridge.Config;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The layers of Gemma 4: norms on both sides, perhaps an embedding of their own, and a factor for all that comes out.</summary>
internal static class Gemma4Plan
{
    /// <summary>A layer without experts.</summary>
    public static Layer OfDense(WeightScope scope)
    {
        List<ResidualStep> steps =
        [
            new(
                [(scope.Norm("input_layernorm."), new AttentionBlock(scope.Inside("self_attention.")))],
                scope.Norm("post_self_attn_layernorm.")
            ),
            new(
                [
                    (
                        scope.Norm("pre_mlp_layernorm."),
                        new MlpBlock(scope.Inside("mlp."), Kernels.Activation.Of(scope.Provider))
                    ),
                ],
                scope.Norm("post_mlp_layernorm.")
            ),
        ];
        if (scope.Has("per_layer_input_gate.weight"))
        {
            steps.Add(new([(null, new PerLayerInputBlock(scope))], scope.Norm("post_per_layer_input_norm.")));
        }

        return new(scope.Layer, steps, Factor(scope));
    }

    /// <summary>A layer with experts.</summary>
    public static Layer OfExperts(WeightScope scope) =>
        new(
            scope.Layer,
            [
                new(
                    [
                        (
                            scope.Norm("self_attention.linear_qkv.layer_norm_"),
                            new AttentionBlock(scope.Inside("self_attention."))
                        ),
                    ],
                    scope.Norm("self_attention.linear_proj.post_layernorm.")
                ),
                new([(null, new Gemma4ExpertsBlock(scope))], scope.Norm("post_ffn_layernorm.")),
            ],
            Factor(scope)
        );

    /// <summary>
    /// The layer whose keys and values a layer attends to: the last one of its kind that has its own, for those that have none; else itself.
    /// </summary>
    public static int KeysOf(WeightScope scope)
    {
        if (!scope.Provider.TakesKeysOfOtherLayer)
        {
            return scope.Layer;
        }

        ModelProvider model = scope.Model;
        bool isSliding = model.IsGemma4SlidingLayer(scope.Layer);
        int own = model.NumLayers - (int)model.NumberOr("num_kv_shared_layers", 0); // so many layers have their own
        int source = Enumerable
            .Range(0, own)
            .LastOrDefault(layer => model.IsGemma4SlidingLayer(layer) == isSliding, -1);
        return source >= 0
            ? source
            : throw new InvalidConfigException(
                $"Layer {scope.Layer} takes its keys from a layer of its kind before it, and there is none."
            );
    }

    private static float Factor(WeightScope scope) => scope.Vector("layer_scalar").Flat[0];
}
