using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>
/// What transformers takes for keys that a config.json leaves out, by <c>model_type</c>, and with that the keys that a whole
/// config.json has. Null stands for what has no default.
/// </summary>
public static class HfDefaults
{
    /// <summary>Llama.</summary>
    public static JsonObject Llama =>
        Parse(
            """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": null, "hidden_act": "silu",
              "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 2048,
              "mlp_bias": false, "num_attention_heads": null, "num_hidden_layers": null, "num_key_value_heads": null,
              "pretraining_tp": 1, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "use_cache": true, "vocab_size": null
            }
            """
        );

    /// <summary>Mistral.</summary>
    public static JsonObject Mistral =>
        Parse(
            """
            {
              "attention_dropout": 0.0, "dtype": null, "head_dim": null, "hidden_act": "silu", "hidden_size": null,
              "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 131072, "num_attention_heads": null,
              "num_hidden_layers": null, "num_key_value_heads": 8, "rms_norm_eps": 1e-06, "sliding_window": 4096,
              "tie_word_embeddings": false, "use_cache": true, "vocab_size": null
            }
            """
        );

    /// <summary>Qwen2 and Qwen2.5.</summary>
    public static JsonObject Qwen2 =>
        Parse(
            """
            {
              "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02,
              "intermediate_size": null, "layer_types": null, "max_position_embeddings": 32768, "max_window_layers": 28,
              "num_attention_heads": null, "num_hidden_layers": null, "num_key_value_heads": 32, "rms_norm_eps": 1e-06,
              "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false, "vocab_size": null
            }
            """
        );

    /// <summary>Qwen3, dense.</summary>
    public static JsonObject Qwen3 =>
        Parse(
            """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu",
              "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "layer_types": null,
              "max_position_embeddings": 32768, "max_window_layers": 28, "num_attention_heads": null, "num_hidden_layers": null,
              "num_key_value_heads": 32, "rms_norm_eps": 1e-06, "sliding_window": null, "tie_word_embeddings": false,
              "use_cache": true, "use_sliding_window": false, "vocab_size": null
            }
            """
        );

    /// <summary>Qwen3 with experts.</summary>
    public static JsonObject Qwen3Moe =>
        Parse(
            """
            {
              "attention_bias": false, "attention_dropout": 0.0, "decoder_sparse_step": 1, "dtype": null, "head_dim": null,
              "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null,
              "max_position_embeddings": 32768, "mlp_only_layers": [], "moe_intermediate_size": 768, "norm_topk_prob": false,
              "num_attention_heads": null, "num_experts_per_tok": 8, "num_hidden_layers": null, "num_key_value_heads": 4,
              "num_local_experts": 128, "output_router_logits": false, "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001,
              "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false, "vocab_size": null
            }
            """
        );

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
