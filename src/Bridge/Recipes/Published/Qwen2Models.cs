namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class Qwen2Models
{
    public static PublishedModel Qwen2_0p5B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2-0.5B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864,
              "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 151936,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen2_1p5B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2-1.5B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 1536, "intermediate_size": 8960,
              "num_hidden_layers": 28, "num_attention_heads": 12, "num_key_value_heads": 2, "vocab_size": 151936,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen2_7B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2-7B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944,
              "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen2_72B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2-72B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 8192, "intermediate_size": 29568,
              "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 152064,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen25_0p5B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2.5-0.5B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864,
              "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 151936,
              "max_position_embeddings": 32768, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen25_1p5B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2.5-1.5B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 1536, "intermediate_size": 8960,
              "num_hidden_layers": 28, "num_attention_heads": 12, "num_key_value_heads": 2, "vocab_size": 151936,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen25_7B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2.5-7B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944,
              "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen25_14B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2.5-14B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 5120, "intermediate_size": 13824,
              "num_hidden_layers": 48, "num_attention_heads": 40, "num_key_value_heads": 8, "vocab_size": 152064,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen25_32B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2.5-32B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 5120, "intermediate_size": 27648,
              "num_hidden_layers": 64, "num_attention_heads": 40, "num_key_value_heads": 8, "vocab_size": 152064,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );

    public static PublishedModel Qwen25_72B { get; } =
        PublishedModel.OfConfig(
            "Qwen/Qwen2.5-72B",
            """
            {
              "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 8192, "intermediate_size": 29568,
              "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 152064,
              "max_position_embeddings": 131072, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "hidden_act": "silu", "use_sliding_window": false
            }
            """
        );
}
