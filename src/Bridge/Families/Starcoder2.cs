using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>StarCoder2: LayerNorm, biases everywhere, no gate, a sliding window. Not in upstream.</summary>
/// <remarks>Megatron has one dropout for embedding and residuals; that of the residuals is taken.</remarks>
public static class Starcoder2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Starcoder2ForCausalLM",
        ModelType     = "starcoder2",
        IsUpstream    = false,
        HfDefaults    = """
            {
              "attention_dropout": 0.0, "dtype": null, "embedding_dropout": 0.0, "hidden_act": "gelu_pytorch_tanh",
              "hidden_size": 3072, "initializer_range": 0.018042, "intermediate_size": 12288, "max_position_embeddings": 4096,
              "norm_epsilon": 1e-05, "num_attention_heads": 24, "num_hidden_layers": 30, "num_key_value_heads": 2,
              "residual_dropout": 0.0, "sliding_window": null, "tie_word_embeddings": true, "use_bias": true, "use_cache": true,
              "vocab_size": 49152
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("norm_epsilon",      "layernorm_epsilon"),
            ("use_bias",          "add_bias_linear"),
            ("residual_dropout",  "hidden_dropout"),
            ("embedding_dropout", "hidden_dropout")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.NormBias,
            .. Decoder.QkvBias,
            new Same("decoder.layers.*.self_attention.linear_proj.bias",    "model.layers.*.self_attn.o_proj.bias"),
            new Same("decoder.layers.*.mlp.linear_fc1.layer_norm_weight",   "model.layers.*.post_attention_layernorm.weight"),
            new Same("decoder.layers.*.mlp.linear_fc1.weight",              "model.layers.*.mlp.c_fc.weight"),
            new Same("decoder.layers.*.mlp.linear_fc1.bias",                "model.layers.*.mlp.c_fc.bias"),
            new Same("decoder.layers.*.mlp.linear_fc2.weight",              "model.layers.*.mlp.c_proj.weight"),
            new Same("decoder.layers.*.mlp.linear_fc2.bias",                "model.layers.*.mlp.c_proj.bias"),
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "LayerNorm";
        provider.Window = hf.IntegerOrNull("sliding_window");
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["sliding_window"] = provider.Window;
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }
}
