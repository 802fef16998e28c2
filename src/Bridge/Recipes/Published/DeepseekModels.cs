namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class DeepseekModels
{
    public static PublishedModel V2Lite { get; } =
        PublishedModel.OfConfig(
            "deepseek-ai/DeepSeek-V2-Lite",
            """
            {
              "architectures": ["DeepseekV2ForCausalLM"], "model_type": "deepseek_v2", "hidden_size": 2048, "intermediate_size": 10944,
              "num_hidden_layers": 27, "num_attention_heads": 16, "num_key_value_heads": 16, "vocab_size": 102400,
              "max_position_embeddings": 163840, "rms_norm_eps": 1e-06, "rope_theta": 10000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "moe_intermediate_size": 1408,
              "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": 6, "first_k_dense_replace": 1, "moe_layer_freq": 1,
              "n_group": 1, "topk_group": 1, "topk_method": "greedy", "scoring_func": "softmax", "routed_scaling_factor": 1.0,
              "norm_topk_prob": false, "q_lora_rank": null, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
              "v_head_dim": 128,
              "rope_scaling": {"type": "yarn", "factor": 40, "beta_fast": 32, "beta_slow": 1, "mscale": 0.707, "mscale_all_dim": 0.707, "original_max_position_embeddings": 4096}
            }
            """
        );

    public static PublishedModel V2 { get; } =
        PublishedModel.OfConfig(
            "deepseek-ai/DeepSeek-V2",
            """
            {
              "architectures": ["DeepseekV2ForCausalLM"], "model_type": "deepseek_v2", "hidden_size": 5120, "intermediate_size": 12288,
              "num_hidden_layers": 60, "num_attention_heads": 128, "num_key_value_heads": 128, "vocab_size": 102400,
              "max_position_embeddings": 163840, "rms_norm_eps": 1e-06, "rope_theta": 10000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "moe_intermediate_size": 1536,
              "n_routed_experts": 160, "n_shared_experts": 2, "num_experts_per_tok": 6, "first_k_dense_replace": 1,
              "moe_layer_freq": 1, "n_group": 8, "topk_group": 3, "topk_method": "group_limited_greedy", "scoring_func": "softmax",
              "routed_scaling_factor": 16.0, "norm_topk_prob": false, "q_lora_rank": 1536, "kv_lora_rank": 512,
              "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
              "rope_scaling": {"type": "yarn", "factor": 40, "beta_fast": 32, "beta_slow": 1, "mscale": 0.707, "mscale_all_dim": 0.707, "original_max_position_embeddings": 4096}
            }
            """
        );

    public static PublishedModel V3 { get; } =
        PublishedModel.OfConfig(
            "deepseek-ai/DeepSeek-V3",
            """
            {
              "architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3", "hidden_size": 7168, "intermediate_size": 18432,
              "num_hidden_layers": 61, "num_attention_heads": 128, "num_key_value_heads": 128, "vocab_size": 129280,
              "max_position_embeddings": 163840, "rms_norm_eps": 1e-06, "rope_theta": 10000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "moe_intermediate_size": 2048,
              "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 3,
              "moe_layer_freq": 1, "n_group": 8, "topk_group": 4, "topk_method": "noaux_tc", "scoring_func": "sigmoid",
              "routed_scaling_factor": 2.5, "norm_topk_prob": true, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
              "qk_rope_head_dim": 64, "v_head_dim": 128,
              "rope_scaling": {"type": "yarn", "factor": 40, "beta_fast": 32, "beta_slow": 1, "mscale": 1.0, "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096},
              "num_nextn_predict_layers": 1
            }
            """
        );

    public static PublishedModel Moonlight_16B { get; } =
        PublishedModel.OfConfig(
            "moonshotai/Moonlight-16B-A3B",
            """
            {
              "architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3", "hidden_size": 2048, "intermediate_size": 11264,
              "num_hidden_layers": 27, "num_attention_heads": 16, "num_key_value_heads": 16, "vocab_size": 163840,
              "max_position_embeddings": 8192, "rms_norm_eps": 1e-05, "rope_theta": 50000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "moe_intermediate_size": 1408,
              "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": 6, "first_k_dense_replace": 1, "moe_layer_freq": 1,
              "n_group": 1, "topk_group": 1, "topk_method": "noaux_tc", "scoring_func": "sigmoid", "routed_scaling_factor": 2.446,
              "norm_topk_prob": true, "q_lora_rank": null, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
              "v_head_dim": 128, "num_nextn_predict_layers": 0
            }
            """
        );

    public static PublishedModel KimiK2 { get; } =
        PublishedModel.OfConfig(
            "moonshotai/Kimi-K2-Instruct",
            """
            {
              "architectures": ["KimiK2ForCausalLM"], "model_type": "kimi_k2", "hidden_size": 7168, "intermediate_size": 18432,
              "num_hidden_layers": 61, "num_attention_heads": 64, "num_key_value_heads": 64, "vocab_size": 163840,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-06, "rope_theta": 50000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "moe_intermediate_size": 2048,
              "n_routed_experts": 384, "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 1,
              "moe_layer_freq": 1, "n_group": 1, "topk_group": 1, "topk_method": "noaux_tc", "scoring_func": "sigmoid",
              "routed_scaling_factor": 2.827, "norm_topk_prob": true, "q_lora_rank": 1536, "kv_lora_rank": 512,
              "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
              "rope_scaling": {"type": "yarn", "factor": 32.0, "beta_fast": 1.0, "beta_slow": 1, "mscale": 1.0, "mscale_all_dim": 1.0, "original_max_position_embeddings": 4096},
              "num_nextn_predict_layers": 0
            }
            """
        );
}
