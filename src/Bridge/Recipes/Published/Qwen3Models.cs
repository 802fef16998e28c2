namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class Qwen3Models
{
    public static PublishedModel Qwen3_0p6B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-0.6B",
            """
            {
              "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 1024, "intermediate_size": 3072,
              "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu"
            }
            """
        );

    public static PublishedModel Qwen3_1p7B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-1.7B",
            """
            {
              "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 2048, "intermediate_size": 6144,
              "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu"
            }
            """
        );

    public static PublishedModel Qwen3_4B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-4B",
            """
            {
              "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 2560, "intermediate_size": 9728,
              "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu"
            }
            """
        );

    public static PublishedModel Qwen3_8B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-8B",
            """
            {
              "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 4096, "intermediate_size": 12288,
              "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu"
            }
            """
        );

    public static PublishedModel Qwen3_14B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-14B",
            """
            {
              "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 5120, "intermediate_size": 17408,
              "num_hidden_layers": 40, "num_attention_heads": 40, "num_key_value_heads": 8, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu"
            }
            """
        );

    public static PublishedModel Qwen3_32B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-32B",
            """
            {
              "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 5120, "intermediate_size": 25600,
              "num_hidden_layers": 64, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu"
            }
            """
        );

    public static PublishedModel Qwen3_30BA3B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-30B-A3B",
            """
            {
              "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "hidden_size": 2048, "intermediate_size": 6144,
              "num_hidden_layers": 48, "num_attention_heads": 32, "num_key_value_heads": 4, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu", "moe_intermediate_size": 768,
              "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1, "mlp_only_layers": [], "norm_topk_prob": true
            }
            """
        );

    public static PublishedModel Qwen3_235BA22B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-235B-A22B",
            """
            {
              "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "hidden_size": 4096, "intermediate_size": 12288,
              "num_hidden_layers": 94, "num_attention_heads": 64, "num_key_value_heads": 4, "vocab_size": 151936,
              "max_position_embeddings": 40960, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 128, "attention_bias": false, "hidden_act": "silu", "moe_intermediate_size": 1536,
              "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1, "mlp_only_layers": [], "norm_topk_prob": true
            }
            """
        );

    public static PublishedModel Qwen3Next_80BA3B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen3-Next-80B-A3B-Instruct",
            """
            {
              "architectures": ["Qwen3NextForCausalLM"], "model_type": "qwen3_next", "hidden_size": 2048, "intermediate_size": 5120,
              "num_hidden_layers": 48, "num_attention_heads": 16, "num_key_value_heads": 2, "vocab_size": 151936,
              "max_position_embeddings": 262144, "rms_norm_eps": 1e-06, "rope_theta": 10000000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 256, "partial_rotary_factor": 0.25, "attention_bias": false, "hidden_act": "silu",
              "moe_intermediate_size": 512, "shared_expert_intermediate_size": 512, "num_experts": 512, "num_experts_per_tok": 10,
              "decoder_sparse_step": 1, "mlp_only_layers": [], "norm_topk_prob": true, "full_attention_interval": 4,
              "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_num_key_heads": 16,
              "linear_num_value_heads": 32
            }
            """
        );
}
