namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class GemmaModels
{
    public static PublishedModel Gemma2_2B { get; } =
        PublishedModel.OfConfig(
            "google/gemma-2-2b",
            """
            {
              "architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "hidden_size": 2304, "intermediate_size": 9216,
              "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 256000,
              "max_position_embeddings": 8192, "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "head_dim": 256, "query_pre_attn_scalar": 256, "sliding_window": 4096,
              "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "hidden_activation": "gelu_pytorch_tanh",
              "attention_bias": false
            }
            """
        );

    public static PublishedModel Gemma2_9B { get; } =
        PublishedModel.OfConfig(
            "google/gemma-2-9b",
            """
            {
              "architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "hidden_size": 3584, "intermediate_size": 14336,
              "num_hidden_layers": 42, "num_attention_heads": 16, "num_key_value_heads": 8, "vocab_size": 256000,
              "max_position_embeddings": 8192, "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "head_dim": 256, "query_pre_attn_scalar": 256, "sliding_window": 4096,
              "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "hidden_activation": "gelu_pytorch_tanh",
              "attention_bias": false
            }
            """
        );

    public static PublishedModel Gemma2_27B { get; } =
        PublishedModel.OfConfig(
            "google/gemma-2-27b",
            """
            {
              "architectures": ["Gemma2ForCausalLM"], "model_type": "gemma2", "hidden_size": 4608, "intermediate_size": 36864,
              "num_hidden_layers": 46, "num_attention_heads": 32, "num_key_value_heads": 16, "vocab_size": 256000,
              "max_position_embeddings": 8192, "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "tie_word_embeddings": true,
              "torch_dtype": "bfloat16", "head_dim": 128, "query_pre_attn_scalar": 144, "sliding_window": 4096,
              "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "hidden_activation": "gelu_pytorch_tanh",
              "attention_bias": false
            }
            """
        );
}
