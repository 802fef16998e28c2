using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>
/// What upstream's function that describes a provider's decoder layers (<c>transformer_layer_spec</c>) says beyond the other
/// fields.
/// </summary>
internal sealed record LayerSpec
{
    private const string Bridge = "megatron.bridge.models.";
    private const string Core = "megatron.core.models.gpt.";

    private static readonly LayerSpec Standard = new();

    private static readonly LayerSpec NormsBehind = new()
    {
        HasNormBeforeAttention = false,
        HasNormBeforeMlp = false,
        HasPostNorms = true,
    };
    private static readonly LayerSpec FalconH1 = new() { HasNormBeforeAttention = false };

    private static readonly Dictionary<string, LayerSpec> Known = new(StringComparer.Ordinal)
    {
        [Bridge + "gpt_provider.default_layer_spec"] = Standard,
        ["megatron.bridge.diffusion.models.llada15.llada15_provider._llada15_layer_spec"] = Standard,
        [Bridge + "llama_nemotron.llama_nemotron_provider.heterogeneous_layer_spec"] = new()
        {
            AddLayer = HeterogeneousLayer.AddTo,
        },
        [Core + "gpt_layer_specs.get_gpt_decoder_block_spec"] = Standard,
        [
            Core
                + "experimental_attention_variant_module_specs.get_transformer_block_with_experimental_attention_variant_spec"
        ] = Standard,
        [Bridge + "ministral3.ministral3_provider.ministral_layer_spec"] = Standard,
        [Bridge + "olmoe.olmoe_provider.olmoe_layer_spec"] = new() { QkNormSpan = QkNormSpan.AllHeads },
        [Bridge + "minimax_m2.minimax_m2_provider.minimax_m2_layer_spec"] = new() { QkNormSpan = QkNormSpan.OwnHeads },
        [Bridge + "minimax_m3.minimax_m3_bridge.minimax_m3_block_spec"] = new() { HasWideRouter = true },
        [Bridge + "kimi.kimi_k3_spec.build_kimi_k3_spec"] = new() { AddLayer = KimiLayer.AddTo },
        [Bridge + "ernie.ernie_45_bridge._ernie45_decoder_block_spec"] = Standard,
        [Bridge + "ernie_vl.modeling_ernie45_vl.ernie_decoder_layer_spec.get_ernie45_vl_decoder_block_spec"] = new()
        {
            HasTwoPools = true,
        },
        [Bridge + "stepfun.step35_bridge.build_step35_layer_spec"] = new() { HasDensePrediction = true },
        [Bridge + "mimo_v2_flash.modeling_mimo_v2_flash.mimo_v2_flash_layer_spec"] = new()
        {
            HasDensePrediction = true,
        },
        [Bridge + "exaone.exaone_moe.exaone_moe_provider.build_exaone_moe_layer_spec"] = new()
        {
            HasDensePrediction = true,
        },
        [Bridge + "gemma.gemma2_provider.gemma2_layer_spec"] = new()
        {
            HasPostNorms = true,
            HasAlternatingWindows = true,
            HasOwnAttention = true,
        },
        [Bridge + "gemma.gemma3_provider.gemma3_layer_spec"] = new() { HasPostNorms = true },
        [Bridge + "gemma.modeling_gemma4.gemma4_block_spec"] = new()
        {
            HasPostNorms = true,
            AddLayer = Gemma4Layer.AddWithExperts,
        },
        [Bridge + "exaone.exaone4.exaone4_provider.exaone4_layer_spec"] = NormsBehind,
        [Bridge + "exaone.exaone45.exaone45_provider.exaone_45_transformer_layer_spec"] = NormsBehind,
        [Targets.OwnLayerSpecs + "parallel_layer_spec"] = new()
        {
            Kind = "attention and MLP side by side",
            IsSideBySide = true,
        },
        [Targets.OwnLayerSpecs + "parallel_shared_norm_layer_spec"] = new()
        {
            Kind = "attention and MLP side by side behind one norm",
            IsSideBySide = true,
            HasNormBeforeAttention = false,
            HasNormBeforeMlp = false,
            HasSharedNorm = true,
        },
        [Targets.OwnLayerSpecs + "cohere_layer_spec"] = new()
        {
            Kind = "attention and MLP side by side behind one norm, norms without biases",
            IsSideBySide = true,
            HasNormBeforeAttention = false,
            HasNormBeforeMlp = false,
            HasSharedNorm = true,
            HasNormBias = false,
            QkNormSpan = QkNormSpan.EachHead,
        },
        [Targets.OwnLayerSpecs + "post_norm_layer_spec"] = new()
        {
            Kind = "norms behind attention and MLP, and of all query heads and all key heads",
            HasNormBeforeAttention = false,
            HasNormBeforeMlp = false,
            HasPostNorms = true,
            QkNormSpan = QkNormSpan.AllHeads,
        },
    };

    // Its class has layers of its own, whatever transformer_layer_spec says.
    private static readonly LayerSpec Gemma4Dense = new()
    {
        HasNormBeforeAttention = false,
        IsLocal = true,
        AddLayer = Gemma4Layer.AddDense,
    };

    /// <summary>True when attention has a norm before it, fused into its first linear layer.</summary>
    public bool HasNormBeforeAttention { get; private init; } = true;

    /// <summary>True when a dense MLP has a norm before it, fused into its first linear layer.</summary>
    public bool HasNormBeforeMlp { get; private init; } = true;

    /// <summary>True when attention and MLP have a norm behind them, a module of their last linear layer.</summary>
    public bool HasPostNorms { get; private init; }

    /// <summary>What is special about the layers, for people, where neither Megatron-Core nor upstream has the like.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>True when neither Megatron-Core nor upstream has such layers.</summary>
    public bool IsOwn => Kind.Length > 0;

    /// <summary>True when attention and MLP have the same input and are added up.</summary>
    public bool IsSideBySide { get; private init; }

    /// <summary>True when attention and MLP share the norm before them, a module of its own.</summary>
    public bool HasSharedNorm { get; private init; }

    /// <summary>True when norms that subtract the mean have biases.</summary>
    public bool HasNormBias { get; private init; } = true;

    /// <summary>What the norms of queries and keys span, if there are any.</summary>
    public QkNormSpan QkNormSpan { get; private init; }

    /// <summary>True when the routers stay in full precision.</summary>
    public bool HasWideRouter { get; private init; }

    /// <summary>True when the layers for multi-token prediction have no experts, whatever the last of the decoder has.</summary>
    public bool HasDensePrediction { get; private init; }

    /// <summary>True when every other layer has a window, from the first, whatever the fields say.</summary>
    public bool HasAlternatingWindows { get; private init; }

    /// <summary>True when attention is computed by a module of upstream's and not of Transformer Engine.</summary>
    public bool HasOwnAttention { get; private init; }

    /// <summary>True when text and what is seen have experts of their own.</summary>
    public bool HasTwoPools { get; private init; }

    /// <summary>True when the modules are Megatron-Core's own and not Transformer Engine's.</summary>
    public bool IsLocal { get; private init; }

    /// <summary>Adds a layer, the number of which is given, that is composed otherwise than most; null for those.</summary>
    public Action<TableScope, ModelProvider, int>? AddLayer { get; private init; }

    /// <summary>The description of a provider's layers.</summary>
    /// <exception cref="UnsupportedModelException">The function is not known.</exception>
    public static LayerSpec Of(ModelProvider provider)
    {
        if (provider.IsGemma4Dense)
        {
            return Gemma4Dense;
        }

        if (!provider.Has("transformer_layer_spec"))
        {
            return provider.Has("falconh1_stack_spec") ? FalconH1 : Standard;
        }

        string? name = Targets.Of(provider.TransformerLayerSpec);
        return name is not null && Known.TryGetValue(name, out LayerSpec? spec)
            ? spec
            : throw new UnsupportedModelException(
                $"transformer_layer_spec is {name ?? "not set"}, which does not tell how the layers look; known are "
                    + $"{string.Join(", ", Known.Keys)}."
            );
    }
}
