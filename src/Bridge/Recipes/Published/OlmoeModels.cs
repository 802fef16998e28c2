namespace MegatronBridge.Recipes.Published;

/// <summary>What the config.json of published models says.</summary>
internal static class OlmoeModels
{
    public static PublishedModel Olmoe_7B { get; } =
        PublishedModel.OfConfig(
            "allenai/OLMoE-1B-7B-0125",
            """
            {
              "architectures": ["OlmoeForCausalLM"], "model_type": "olmoe", "hidden_size": 2048, "intermediate_size": 1024,
              "num_hidden_layers": 16, "num_attention_heads": 16, "num_key_value_heads": 16, "vocab_size": 50304,
              "max_position_embeddings": 4096, "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "tie_word_embeddings": false,
              "torch_dtype": "bfloat16", "num_experts": 64, "num_experts_per_tok": 8, "norm_topk_prob": false, "attention_bias": false,
              "clip_qkv": null, "hidden_act": "silu"
            }
            """
        );
}
