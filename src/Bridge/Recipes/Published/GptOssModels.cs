namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class GptOssModels
{
    public static PublishedModel GptOss_20B { get; } =
        PublishedModel.OfConfig(
            "openai/gpt-oss-20b",
            """
            {
              "architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "hidden_size": 2880, "intermediate_size": 2880,
              "num_hidden_layers": 24, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 201088,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 150000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 64, "num_local_experts": 32, "num_experts_per_tok": 4, "sliding_window": 128,
              "attention_bias": true, "hidden_act": "silu", "swiglu_limit": 7.0,
              "rope_scaling": {"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": false, "original_max_position_embeddings": 4096}
            }
            """
        );

    public static PublishedModel GptOss_120B { get; } =
        PublishedModel.OfConfig(
            "openai/gpt-oss-120b",
            """
            {
              "architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "hidden_size": 2880, "intermediate_size": 2880,
              "num_hidden_layers": 36, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 201088,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 150000, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "head_dim": 64, "num_local_experts": 128, "num_experts_per_tok": 4, "sliding_window": 128,
              "attention_bias": true, "hidden_act": "silu", "swiglu_limit": 7.0,
              "rope_scaling": {"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": false, "original_max_position_embeddings": 4096}
            }
            """
        );
}
