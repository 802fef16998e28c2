using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Phi-3.5-MoE: Mixtral's experts, LayerNorm, biases on the attention's projections and on the head, longrope, and experts chosen by
/// SparseMixer. Not in upstream.
/// </summary>
/// <remarks>
/// Megatron-Core has no place for most of that: see <c>add_attention_output_bias</c>, <c>add_output_layer_bias</c>,
/// <c>hf_rope_parameters</c> and <c>moe_sparsemixer_jitter_eps</c>.
/// </remarks>
public static class Phimoe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture       = "PhimoeForCausalLM",
        OtherArchitectures = ["PhiMoEForCausalLM"], // in the released config
        ModelType          = "phimoe",
        IsUpstream         = false,
        HfDefaults         = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 4096,
              "initializer_range": 0.02, "input_jitter_noise": 0.0, "intermediate_size": 6400, "lm_head_bias": false,
              "max_position_embeddings": 131072, "num_attention_heads": 32, "num_experts_per_tok": 2, "num_hidden_layers": 32,
              "num_key_value_heads": 8, "num_local_experts": 16, "output_router_logits": false, "rms_norm_eps": 1e-05,
              "rope_theta": 1000000.0, "router_aux_loss_coef": 0.001, "router_jitter_noise": 0.01, "sliding_window": null,
              "tie_word_embeddings": false, "use_cache": true, "vocab_size": 32064
            }
            """,
        Configure          = Configure,
        ConfigureHf        = ConfigureHf,
        Parameters         =
        [
            .. Decoder.Ends,
            new Vocab("output_layer.bias",                               "lm_head.bias"),
            new Same( "decoder.final_layernorm.bias",                    "model.norm.bias"),
            .. Decoder.Attention,
            .. Decoder.QkvBias,
            new Same( "decoder.layers.*.self_attention.linear_qkv.layer_norm_bias", "model.layers.*.input_layernorm.bias"),
            new Same( "decoder.layers.*.self_attention.linear_proj.bias", "model.layers.*.self_attn.o_proj.bias"),
            new Same( "decoder.layers.*.pre_mlp_layernorm.weight",       "model.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.pre_mlp_layernorm.bias",         "model.layers.*.post_attention_layernorm.bias"),
            new Same( "decoder.layers.*.mlp.router.weight",              "model.layers.*.block_sparse_moe.gate.weight"),
            new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.block_sparse_moe.experts.*.w{1,3}.weight"),
            new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.block_sparse_moe.experts.*.w2.weight"),
        ],
        Ignored            = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Mixtral.Family.Configure(provider, hf);
        provider.Normalization = "LayerNorm";
        provider.AddAttentionOutputBias = provider.AddQkvBias;
        provider.AddOutputLayerBias = hf.Flag("lm_head_bias");
        provider["moe_input_jitter_eps"] =
            hf.Number("input_jitter_noise") == 0 ? ConfigValue.Null : hf.Value("input_jitter_noise");
        provider.MoeSparsemixerJitterEps = hf.Value("router_jitter_noise");
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Mixtral.Family.ConfigureHf(hf, provider);
        hf.Remove("head_dim");
        hf.Remove("rope_theta");
        if (provider.HfRopeParameters is ConfigValue.Map rope)
        {
            hf["original_max_position_embeddings"] = rope.Find("original_max_position_embeddings")?.ToJson();
        }

        hf["lm_head_bias"] = provider.AddOutputLayerBias;
        hf["input_jitter_noise"] = provider["moe_input_jitter_eps"].ToJson() ?? JsonNode.Parse("0.0");
        hf["router_jitter_noise"] = provider.MoeSparsemixerJitterEps.ToJson();
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }
}
