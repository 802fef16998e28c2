using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Conversion;

/// <summary>
/// What a model computes and Megatron-Core does not. The checkpoint has all of it, but whoever runs the model there has to add the
/// code: the import says so.
/// </summary>
internal static class MegatronLacks
{
    /// <summary>A sentence for each; none when Megatron-Core computes the whole model.</summary>
    public static IEnumerable<string> Of(ModelProvider provider) =>
        [.. Layers(provider), .. Biases(provider), .. Scalings(provider), .. Routing(provider)];

    /// <summary>The same of a provider of <see cref="Families.Family.Exactly"/>: numbers that transformers has and no field tells.</summary>
    public static IEnumerable<string> OfExact(ModelProvider provider)
    {
        if (provider.LatentNormEpsilon is { } epsilon && epsilon != provider.LayernormEpsilon)
        {
            yield return "Megatron-Core's norms inside latent attention add layernorm_epsilon "
                + $"({PythonFloat.Repr(provider.LayernormEpsilon)}), those of transformers {PythonFloat.Repr(epsilon)}.";
        }

        if (!(provider.NumMoeExperts > 0))
        {
            yield break; // Gemma 4 without experts has null for what routes to them
        }

        int ofToken = provider.MoeRouterTopk / Math.Max(1, provider.MoeRouterGroupTopk ?? 1);
        if (provider.GroupScoreExperts is { } best && best != ofToken)
        {
            yield return $"Megatron-Core ranks groups of experts by the {ofToken} best of each (moe_router_topk / moe_router_group_topk), "
                + $"transformers by the {best} best.";
        }

        if (
            provider.NormTopkProb == true
            && provider.MoeRouterTopk == 1
            && provider.MoeRouterScoreFunction == "sigmoid"
        )
        {
            yield return "Megatron-Core takes the score of a token's only expert as its weight, transformers takes 1 (norm_topk_prob).";
        }
    }

    private static IEnumerable<string> Layers(ModelProvider provider)
    {
        LayerSpec spec = LayerSpec.Of(provider);
        if (spec.IsOwn)
        {
            yield return $"Megatron-Core has no layers like these ({spec.Kind}): {Targets.Of(provider.TransformerLayerSpec)}, which "
                + "docs/extensions.md describes, has to be written to run the model there.";
        }
    }

    private static IEnumerable<string> Biases(ModelProvider provider)
    {
        if (provider.AddAttentionOutputBias)
        {
            yield return "Megatron-Core has biases of the attention's output projection only together with those of the MLP "
                + "(add_bias_linear); here they stand alone, under self_attention.linear_proj.bias (add_attention_output_bias).";
        }

        if (provider.AddMlpBias)
        {
            yield return "Megatron-Core has biases of the MLP only together with those of the attention's projections (add_bias_linear); "
                + "here they stand alone, under mlp.linear_fc1.bias and mlp.linear_fc2.bias (add_mlp_bias).";
        }

        if (provider.AddOutputLayerBias)
        {
            yield return "Megatron-Core's head has no bias; this one has, under output_layer.bias (add_output_layer_bias).";
        }
    }

    private static IEnumerable<string> Scalings(ModelProvider provider)
    {
        if (provider.ResidualMultiplier != 1.0)
        {
            yield return $"Megatron-Core does not scale residuals; this model does, by {provider.ResidualMultiplier} (residual_multiplier).";
        }

        if (!provider.HfRopeParameters.IsNull)
        {
            yield return "Megatron-Core cannot scale rotary positions as this model does; hf_rope_parameters says how.";
        }

        if (provider.YarnAttentionFactor is ConfigValue.Number { Value: var factor } && !IsUsual(factor, provider))
        {
            yield return $"Megatron-Core computes YaRN's factor of queries and keys from its other settings; this model's is {factor} "
                + "(yarn_attention_factor).";
        }

        if (!provider.Llama4ScalingBeta.IsNull)
        {
            yield return "Megatron-Core does not scale queries by their position; this model does, behind the length that it was first "
                + "trained with (llama_4_scaling_beta).";
        }
    }

    private static IEnumerable<string> Routing(ModelProvider provider)
    {
        if (!provider.MoeSparsemixerJitterEps.IsNull)
        {
            yield return "Megatron-Core has no SparseMixer, by which this model chooses its experts (moe_sparsemixer_jitter_eps).";
        }
    }

    private static bool IsUsual(double factor, ModelProvider provider) =>
        provider.YarnRotaryScalingFactor is { } scaling && Math.Abs(factor - ((0.1 * Math.Log(scaling)) + 1)) < 1e-6;
}
