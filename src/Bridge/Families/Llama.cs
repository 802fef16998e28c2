using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>Llama 2, 3, 3.1, 3.2, 3.3: grouped-query attention, SwiGLU, RMSNorm, rotary positions with or without llama3 scaling.</summary>
public static class Llama
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "LlamaForCausalLM",
        ModelType    = "llama",
        Configure    = Configure,
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": null, "hidden_act": "silu",
              "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 2048,
              "mlp_bias": false, "num_attention_heads": null, "num_hidden_layers": null, "num_key_value_heads": null,
              "pretraining_tp": 1, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "use_cache": true, "vocab_size": null
            }
            """,
        ConfigureHf  = ConfigureHf,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.GatedMlp,

            // with attention_bias and mlp_bias
            .. Decoder.QkvBias,
            new Same( "decoder.layers.*.self_attention.linear_proj.bias", "model.layers.*.self_attn.o_proj.bias"),
            new Gated("decoder.layers.*.mlp.linear_fc1.bias",             "model.layers.*.mlp.{gate,up}_proj.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc2.bias",             "model.layers.*.mlp.down_proj.bias"),
        ],
        Ignored = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.HiddenDropout = 0.0;
        provider.AddMlpBias = provider.AddBiasLinear && !provider.AddQkvBias;
        provider.AddBiasLinear &= provider.AddQkvBias;
        provider.AddAttentionOutputBias = provider.AddQkvBias && !provider.AddBiasLinear;
        provider.RotaryPercent = 1.0;
        provider["bias_activation_fusion"] = true;
        provider["bias_dropout_fusion"] = true;
        provider["apply_rope_fusion"] = true;
        provider["persist_layer_norm"] = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider) =>
        hf["mlp_bias"] = provider.AddBiasLinear || provider.AddMlpBias;
}
