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

    private static readonly Dictionary<string, LayerSpec> Known = new(StringComparer.Ordinal)
    {
        [Bridge + "gpt_provider.default_layer_spec"] = Standard,
        [Core + "gpt_layer_specs.get_gpt_decoder_block_spec"] = Standard,
        [
            Core
                + "experimental_attention_variant_module_specs.get_transformer_block_with_experimental_attention_variant_spec"
        ] = Standard,
        [Bridge + "gemma.gemma2_provider.gemma2_layer_spec"] = new() { HasPostNorms = true },
        [Bridge + "gemma.gemma3_provider.gemma3_layer_spec"] = new() { HasPostNorms = true },
        [Bridge + "exaone.exaone4.exaone4_provider.exaone4_layer_spec"] = new()
        {
            HasPreNorms = false,
            HasPostNorms = true,
        },
    };

    /// <summary>True when attention and MLP have a norm before them.</summary>
    public bool HasPreNorms { get; private init; } = true;

    /// <summary>True when attention and MLP have a norm behind them, a module of their last linear layer.</summary>
    public bool HasPostNorms { get; private init; }

    /// <summary>The description of a provider's layers.</summary>
    /// <exception cref="UnsupportedModelException">The function is not known.</exception>
    public static LayerSpec Of(ModelProvider provider)
    {
        string? name = Targets.Of(provider.TransformerLayerSpec);
        return name is not null && Known.TryGetValue(name, out LayerSpec? spec)
            ? spec
            : throw new UnsupportedModelException(
                $"transformer_layer_spec is {name ?? "not set"}, which does not tell how the layers look; known are "
                    + $"{string.Join(", ", Known.Keys)}."
            );
    }
}
