using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Qwen3.5, text only, with experts: each expert in tensors of its own, or all of a layer in one; so in the layer for multi-token prediction,
/// whatever the decoder has.
/// </summary>
public static class Qwen35Moe
{
    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Layer =
    [
        .. DeltaNet.Attention,
        .. DeltaNet.Experts,
        new Same("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.mlp.experts.gate_up_proj"),
        new Same("decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.mlp.experts.down_proj"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3_5MoeForCausalLM",
        ModelType     = "qwen3_5_moe_text",
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 256, "hidden_act": "silu",
              "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": null, "layer_types": null,
              "linear_conv_kernel_dim": 4,
              "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
              "linear_value_head_dim": 128, "max_position_embeddings": 32768, "moe_intermediate_size": 512,
              "num_attention_heads": 16, "num_experts": 256, "num_experts_per_tok": 8, "num_hidden_layers": 40,
              "num_key_value_heads": 2, "output_router_logits": false, "partial_rotary_factor": 0.25,
              "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001, "shared_expert_intermediate_size": 512,
              "tie_word_embeddings": false, "use_cache": true, "vocab_size": 248320
            }
            """,
        ConfigMapping = DeltaNet.ConfigMapping,
        Configure     = Configure,
        ConfigureHf   = Qwen35.ConfigureHf,
        Parameters    = [.. Decoder.Ends, .. Layer, .. Qwen35.LinearAttention, .. Decoder.PredictingApart(Layer)],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        DeltaNet.Configure(provider, hf);
        DeltaNet.ConfigureExperts(provider);
    }
}
