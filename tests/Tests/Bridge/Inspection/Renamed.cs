using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>Renamed: like Glm4MoeForCausalLM, but for what differs.</summary>
public static class Renamed
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "RenamedForCausalLM",
        ModelType = "renamed",
        IsUpstream = false, // unless upstream converts it
        Schema = ProviderSchema.Gpt, // GPTModelProvider in the nearest family
        HfDefaults = """
            {
              "attention_bias": false,
              "attention_dropout": 0.0,
              "dtype": null,
              "first_k_dense_replace": 1,
              "head_dim": null,
              "hidden_act": "silu",
              "hidden_size": null,
              "initializer_range": 0.02,
              "intermediate_size": null,
              "max_position_embeddings": 131072,
              "moe_intermediate_size": 1408,
              "n_group": 1,
              "n_routed_experts": 128,
              "n_shared_experts": 1,
              "norm_topk_prob": true,
              "num_attention_heads": null,
              "num_experts_per_tok": 8,
              "num_hidden_layers": null,
              "num_key_value_heads": 8,
              "partial_rotary_factor": 0.5,
              "rms_norm_eps": 1e-05,
              "routed_scaling_factor": 1.0,
              "tie_word_embeddings": false,
              "topk_group": 1,
              "use_cache": true,
              "use_qk_norm": false,
              "vocab_size": null
            }
            """,
        Parameters =
        [
            new Vocab("embedding.word_embeddings.weight", "model.embed_tokens.weight"),
            new Vocab("output_layer.weight", "lm_head.weight"),
            new Same("decoder.final_layernorm.weight", "model.norm.weight"),
            new Same("decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.layers.*.input_layernorm.weight"),
            new Qkv("decoder.layers.*.self_attention.linear_qkv.weight", "model.layers.*.self_attn.{q,k,v}_proj.weight"),
            new Same("decoder.layers.*.self_attention.linear_proj.weight", "model.layers.*.self_attn.o_proj.weight"),
            new Qkv("decoder.layers.*.self_attention.linear_qkv.bias", "model.layers.*.self_attn.{q,k,v}_proj.bias"),
            new Same("decoder.layers.*.mlp.linear_fc1.layer_norm_weight", "model.layers.*.post_attention_layernorm.weight"),
            new Gated("decoder.layers.*.mlp.linear_fc1.weight", "model.layers.*.mlp.{gate,up}_proj.weight"),
            new Same("decoder.layers.*.mlp.linear_fc2.weight", "model.layers.*.mlp.down_proj.weight"),
            new Same("decoder.layers.*.pre_mlp_layernorm.weight", "model.layers.*.post_attention_layernorm.weight"),
            new Same("decoder.layers.*.mlp.router.weight", "model.layers.*.mlp.gate.weight"),
            new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.mlp.experts.*.{gate,up}_proj.weight"),
            new Same("decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.mlp.experts.*.down_proj.weight"),
            new Same("decoder.layers.*.mlp.router.expert_bias", "model.layers.*.mlp.gate.e_score_correction_bias"),
            new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.mlp.shared_experts.{gate,up}_proj.weight"),
            new Same("decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.mlp.shared_experts.down_proj.weight"),
            new Same("mtp.layers.*.enorm.weight", "model.layers.{N+*}.enorm.weight"),
            new Same("mtp.layers.*.hnorm.weight", "model.layers.{N+*}.hnorm.weight"),
            new Same("mtp.layers.*.eh_proj.weight", "model.layers.{N+*}.eh_proj.weight"),
            new Same("mtp.layers.*.mtp_model_layer.self_attention.linear_qkv.layer_norm_weight", "model.layers.{N+*}.input_layernorm.weight"),
            new Qkv("mtp.layers.*.mtp_model_layer.self_attention.linear_qkv.weight", "model.layers.{N+*}.self_attn.{q,k,v}_proj.weight"),
            new Same("mtp.layers.*.mtp_model_layer.self_attention.linear_proj.weight", "model.layers.{N+*}.self_attn.o_proj.weight"),
            new Qkv("mtp.layers.*.mtp_model_layer.self_attention.linear_qkv.bias", "model.layers.{N+*}.self_attn.{q,k,v}_proj.bias"),
            new Same("mtp.layers.*.mtp_model_layer.mlp.linear_fc1.layer_norm_weight", "model.layers.{N+*}.post_attention_layernorm.weight"),
            new Same("mtp.layers.*.mtp_model_layer.pre_mlp_layernorm.weight", "model.layers.{N+*}.post_attention_layernorm.weight"),
            new Same("mtp.layers.*.mtp_model_layer.mlp.router.weight", "model.layers.{N+*}.mlp.gate.weight"),
            new Gated("mtp.layers.*.mtp_model_layer.mlp.experts.linear_fc1.weight*", "model.layers.{N+*}.mlp.experts.*.{gate,up}_proj.weight"),
            new Same("mtp.layers.*.mtp_model_layer.mlp.experts.linear_fc2.weight*", "model.layers.{N+*}.mlp.experts.*.down_proj.weight"),
            new Same("mtp.layers.*.mtp_model_layer.mlp.router.expert_bias", "model.layers.{N+*}.mlp.gate.e_score_correction_bias"),
            new Gated("mtp.layers.*.mtp_model_layer.mlp.shared_experts.linear_fc1.weight", "model.layers.{N+*}.mlp.shared_experts.{gate,up}_proj.weight"),
            new Same("mtp.layers.*.mtp_model_layer.mlp.shared_experts.linear_fc2.weight", "model.layers.{N+*}.mlp.shared_experts.down_proj.weight"),
            new Same("mtp.layers.*.final_layernorm.weight", "model.layers.{N+*}.shared_head.norm.weight"),
        ],
        Ignored =
        [
            new("lm_head.weight", "the config ties the head to the embedding", EqualTo: "model.embed_tokens.weight"),
        ],
        Configure = Configure,
        ConfigureHf = ConfigureHf,
    };

    // As Glm4MoeForCausalLM has it for this config. What varies from model to model is to be read from hf.
    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider["autocast_dtype"] = ConfigValue.FromJson(JsonNode.Parse("""{"_call_":false,"_target_":"torch.bfloat16"}"""));
        provider["mtp_loss_scaling_factor"] = 0.3;
        provider["hidden_dropout"] = 0.0;
        provider["add_bias_linear"] = false;
        provider["gated_linear_unit"] = true;
        provider["normalization"] = "RMSNorm";
        provider["bias_activation_fusion"] = true;
        provider["persist_layer_norm"] = true;
        provider["bias_dropout_fusion"] = true;
        provider["moe_shared_expert_intermediate_size"] = 32L;
        provider["moe_shared_expert_overlap"] = true;
        provider["moe_layer_freq"] = ConfigValue.FromJson(JsonNode.Parse("""[0,1,1,1]"""));
        provider["moe_router_load_balancing_type"] = "seq_aux_loss";
        provider["moe_router_score_function"] = "sigmoid";
        provider["moe_router_dtype"] = "fp32";
        provider["moe_router_enable_expert_bias"] = true;
        provider["moe_router_bias_update_rate"] = 0L;
        provider["moe_grouped_gemm"] = true;
        provider["moe_aux_loss_coeff"] = 0.001;
        provider["moe_token_dispatcher_type"] = "alltoall";
        provider["moe_permute_fusion"] = true;
        provider["transformer_layer_spec"] = ConfigValue.FromJson(JsonNode.Parse("""{"_args_":[],"_partial_":true,"_target_":"megatron.core.models.gpt.gpt_layer_specs.get_gpt_decoder_block_spec","use_transformer_engine":true}"""));
    }

    // The keys of config.json that do not follow from the fields by the mapping above.
    private static void ConfigureHf(JsonObject hf, ModelProvider provider) { }
}
