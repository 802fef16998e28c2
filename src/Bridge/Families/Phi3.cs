using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Phi-3, 3.5, 4 and 4-mini: Llama's layers with query, key and value in one tensor, and gate and up; in the long versions positions
/// are scaled channel by channel (longrope). Not in upstream.
/// </summary>
/// <remarks>
/// Megatron-Core has no longrope: its factors are kept in <c>hf_rope_parameters</c>. Megatron has one dropout for embedding and
/// residuals; that of the residuals is taken.
/// </remarks>
public static class Phi3
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Phi3ForCausalLM",
        ModelType     = "phi3",
        IsUpstream    = false,
        HfDefaults    = """
            {
              "attention_dropout": 0.0, "dtype": null, "embd_pdrop": 0.0, "hidden_act": "silu", "hidden_size": 3072,
              "initializer_range": 0.02, "intermediate_size": 8192, "max_position_embeddings": 4096, "num_attention_heads": 32,
              "num_hidden_layers": 32, "num_key_value_heads": null, "original_max_position_embeddings": 4096, "resid_pdrop": 0.0,
              "rms_norm_eps": 1e-05, "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "vocab_size": 32064
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("resid_pdrop", "hidden_dropout"),
            ("embd_pdrop",  "hidden_dropout")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Decoder.Ends,
            new Same(           "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.layers.*.input_layernorm.weight"),
            new ConcatenatedQkv("decoder.layers.*.self_attention.linear_qkv.weight",            "model.layers.*.self_attn.qkv_proj.weight"),
            new Same(           "decoder.layers.*.self_attention.linear_proj.weight",           "model.layers.*.self_attn.o_proj.weight"),
            new Same(           "decoder.layers.*.mlp.linear_fc1.layer_norm_weight",            "model.layers.*.post_attention_layernorm.weight"),
            new Same(           "decoder.layers.*.mlp.linear_fc1.weight",                       "model.layers.*.mlp.gate_up_proj.weight"), // gate above up
            new Same(           "decoder.layers.*.mlp.linear_fc2.weight",                       "model.layers.*.mlp.down_proj.weight"),
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.Window = hf.IntegerOrNull("sliding_window");
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["sliding_window"] = provider.Window;
        hf["original_max_position_embeddings"] =
            (provider.HfRopeParameters as ConfigValue.Map)?.Find("original_max_position_embeddings")?.ToJson()
            ?? provider.SeqLength;
        hf[RopeConfig.Key]!["partial_rotary_factor"] = provider["rotary_percent"].ToJson();
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }
}
