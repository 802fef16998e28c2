namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class LlamaModels
{
    public static PublishedModel Llama2_7B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Llama-2-7b-hf",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 11008,
              "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32000,
              "max_position_embeddings": 4096, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false
            }
            """
        );

    public static PublishedModel Llama3_8B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Meta-Llama-3-8B",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
              "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 8192, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false
            }
            """
        );

    public static PublishedModel Llama3_70B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Meta-Llama-3-70B",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 8192, "intermediate_size": 28672,
              "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 8192, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false
            }
            """
        );

    public static PublishedModel Llama31_8B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Meta-Llama-3.1-8B",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
              "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false,
              "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
            }
            """
        );

    public static PublishedModel Llama31_70B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Meta-Llama-3.1-70B",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 8192, "intermediate_size": 28672,
              "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false,
              "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
            }
            """
        );

    public static PublishedModel Llama31_405B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Meta-Llama-3.1-405B",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 16384, "intermediate_size": 53248,
              "num_hidden_layers": 126, "num_attention_heads": 128, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false,
              "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
            }
            """
        );

    public static PublishedModel Llama32_1B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Llama-3.2-1B",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192,
              "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false, "head_dim": 64,
              "rope_scaling": {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
            }
            """
        );

    public static PublishedModel Llama32_3B { get; } =
        PublishedModel.OfConfig(
            "meta-llama/Llama-3.2-3B",
            """
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 3072, "intermediate_size": 8192,
              "num_hidden_layers": 28, "num_attention_heads": 24, "num_key_value_heads": 8, "vocab_size": 128256,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "attention_bias": false, "mlp_bias": false, "head_dim": 128,
              "rope_scaling": {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
            }
            """
        );
}
