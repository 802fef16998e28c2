namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class GlmModels
{
    public static PublishedModel Glm45_355B { get; } =
        PublishedModel.OfConfig(
            "zai-org/GLM-4.5",
            """
            {
              "architectures": ["Glm4MoeForCausalLM"], "model_type": "glm4_moe", "hidden_size": 5120, "intermediate_size": 12288,
              "num_hidden_layers": 92, "num_attention_heads": 96, "num_key_value_heads": 8, "vocab_size": 151552,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 1000000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 128, "partial_rotary_factor": 0.5, "attention_bias": true, "use_qk_norm": true,
              "hidden_act": "silu", "moe_intermediate_size": 1536, "n_routed_experts": 160, "n_shared_experts": 1,
              "num_experts_per_tok": 8, "first_k_dense_replace": 3, "n_group": 1, "topk_group": 1, "routed_scaling_factor": 2.5,
              "norm_topk_prob": true, "num_nextn_predict_layers": 1
            }
            """
        );

    public static PublishedModel Glm45Air_106B { get; } =
        PublishedModel.OfConfig(
            "zai-org/GLM-4.5-Air",
            """
            {
              "architectures": ["Glm4MoeForCausalLM"], "model_type": "glm4_moe", "hidden_size": 4096, "intermediate_size": 10944,
              "num_hidden_layers": 46, "num_attention_heads": 96, "num_key_value_heads": 8, "vocab_size": 151552,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 1000000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 128, "partial_rotary_factor": 0.5, "attention_bias": true, "use_qk_norm": false,
              "hidden_act": "silu", "moe_intermediate_size": 1408, "n_routed_experts": 128, "n_shared_experts": 1,
              "num_experts_per_tok": 8, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1, "routed_scaling_factor": 1.0,
              "norm_topk_prob": true, "num_nextn_predict_layers": 1
            }
            """
        );
}
