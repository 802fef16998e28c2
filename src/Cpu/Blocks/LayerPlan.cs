using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Model;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Which blocks a decoder layer has, from the config alone: the counterpart of <see cref="DecoderLayer"/>, which lists their parameters. A new
/// block is a file of its own and a line here.
/// </summary>
internal static class LayerPlan
{
    /// <summary>The layer under a scope.</summary>
    /// <exception cref="UnsupportedModelException">It has a block that the forward pass does not know.</exception>
    public static Layer Of(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        LayerSpec spec = LayerSpec.Of(provider);
        if (provider.Has("hybrid_layer_pattern"))
        {
            return HybridPlan.Of(scope);
        }

        if (FalconH1Plan.IsOf(provider))
        {
            return FalconH1Plan.Of(scope);
        }

        if (provider.IsGemma4)
        {
            return provider.IsGemma4Dense ? Gemma4Plan.OfDense(scope) : Gemma4Plan.OfExperts(scope);
        }

        if (provider.BlockOf(scope.Layer) is { } block)
        {
            return HeterogeneousPlan.Of(scope, block);
        }

        if (AttentionResidual.IsOf(provider))
        {
            return KimiPlan.Of(scope);
        }

        if (spec.AddLayer is not null)
        {
            throw Unknown(scope, "layers composed in a way of their own");
        }

        if (provider.ApplyResidualConnectionPostLayernorm)
        {
            throw Unknown(scope, "residuals taken behind the norm");
        }

        float factor = (float)ProviderFields.Number("residual_multiplier", provider.ResidualMultiplier);
        RowNorm? shared = spec.HasSharedNorm ? scope.Norm("input_layernorm.") : null;
        (RowNorm?, Block) mixer = (shared ?? MixerNorm(scope), Mixer(scope));
        (RowNorm?, Block) mlp = (shared ?? MlpNorm(scope), Mlp(scope));
        return spec.IsSideBySide
            ? new(scope.Layer, [new([mixer, mlp], Factor: factor)])
            : new(
                scope.Layer,
                [
                    new([mixer], scope.NormOrNull("self_attention.linear_proj.post_layernorm."), factor)
                    {
                        Streams = HyperConnection.OrNull(scope.Inside("self_attention_hyper_connection.")),
                    },
                    new([mlp], scope.NormOrNull("mlp.linear_fc2.post_layernorm."), factor)
                    {
                        Streams = HyperConnection.OrNull(scope.Inside("mlp_hyper_connection.")),
                    },
                ]
            );
    }

    /// <summary>The norm before attention of any kind, wherever it is stored.</summary>
    internal static RowNorm? MixerNorm(WeightScope scope) =>
        scope.NormOrNull("input_layernorm.")
        ?? scope.NormOrNull("self_attention.linear_qkv.layer_norm_")
        ?? scope.NormOrNull("self_attention.in_proj.layer_norm_");

    /// <summary>The norm before an MLP or experts, wherever it is stored.</summary>
    internal static RowNorm? MlpNorm(WeightScope scope) =>
        scope.NormOrNull("pre_mlp_layernorm.") ?? scope.NormOrNull("mlp.linear_fc1.layer_norm_");

    private static Block Mixer(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        string? variant = IsPlain(provider, scope.Layer) ? null : provider.ExperimentalAttentionVariant;
        return variant == "gdn" ? new GatedDeltaNetBlock(scope.Inside("self_attention."))
            : variant == "dsv4_hybrid" ? new CompressedAttentionBlock(scope.Inside("self_attention."))
            : variant is not null && (variant != "dsa" || !provider.MultiLatentAttention)
                ? throw Unknown(scope, $"attention of the kind {variant}")
            : provider.MultiLatentAttention ? new LatentAttentionBlock(scope.Inside("self_attention."))
            : new AttentionBlock(scope.Inside("self_attention."));
    }

    // Every few layers, a model with linear attention has an ordinary one.
    private static bool IsPlain(ModelProvider provider, int layer) =>
        provider.ExperimentalAttentionVariant == "gdn" && !provider.IsLinearAttentionLayer(layer);

    private static Block Mlp(WeightScope scope) =>
        scope.Provider.IsMoeLayer(scope.Layer)
            ? new ExpertsBlock(scope.Inside("mlp."))
            : new MlpBlock(scope.Inside("mlp."), LayerActivations.Dense(scope));

    private static UnsupportedModelException Unknown(WeightScope scope, string what) =>
        new($"Layer {scope.Layer} of {scope.Provider.Schema.Name} has {what}, which the forward pass does not know.");
}
