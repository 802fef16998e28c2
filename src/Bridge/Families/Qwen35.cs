using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Qwen3.5, text only, dense: Qwen3-Next's layers with a gated MLP. The delta net's projection comes in four tensors, each component as
/// Megatron has it.
/// </summary>
public static class Qwen35
{
    private static readonly IReadOnlyList<ParameterMapping> Layer = [.. DeltaNet.Attention, .. Decoder.GatedMlp];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3_5ForCausalLM",
        ModelType     = "qwen3_5_text",
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 256, "hidden_act": "silu",
              "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 12288, "layer_types": null,
              "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_num_key_heads": 16,
              "linear_num_value_heads": 32, "linear_value_head_dim": 128, "max_position_embeddings": 32768,
              "num_attention_heads": 16, "num_hidden_layers": 32, "num_key_value_heads": 4,
              "partial_rotary_factor": 0.25, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "use_cache": true,
              "vocab_size": 248320
            }
            """,
        ConfigMapping = DeltaNet.ConfigMapping,
        Configure     = DeltaNet.Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    = [.. Decoder.Ends, .. Layer, .. LinearAttention, .. Decoder.PredictingApart(Layer)],
        Ignored       = Decoder.Ignored,
    };

    /// <summary>Gated delta net as Qwen3.5 spells it.</summary>
    internal static IReadOnlyList<ParameterMapping> LinearAttention =>
        [
            .. DeltaNet.LinearAttention,
            new Concatenated(
                "decoder.layers.*.self_attention.in_proj.weight",
                "model.layers.*.linear_attn.in_proj_{qkv,z,b,a}.weight",
                PartRows
            ),
        ];

    /// <summary>The keys of a config.json of both sizes.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["layer_types"] = DeltaNet.LayerTypes(provider);
        if (provider.MtpNumLayers is { } layers)
        {
            hf["mtp_num_hidden_layers"] = layers;
        }
    }

    private static IReadOnlyList<long> PartRows(ModelProvider provider)
    {
        long keys = (long)provider.LinearNumKeyHeads!.Value * provider.LinearKeyHeadDim!.Value;
        long valueHeads = provider.LinearNumValueHeads!.Value;
        long values = valueHeads * provider.LinearValueHeadDim!.Value;
        return [keys + keys + values, values, valueHeads, valueHeads];
    }
}
