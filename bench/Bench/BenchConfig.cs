using System.Text.Json.Nodes;

namespace MegatronBridge.Bench;

/// <summary>The config.json of models of published shapes.</summary>
internal static class BenchConfig
{
    /// <summary>Names of the shapes.</summary>
    public const string Sizes = "0.6b|1b|8b|moe1b|moe8b|671b, with or without -fp8";

    private const string Fp8 = "-fp8"; // behind a size: linear layers in FP8 with blocks of 128 x 128

    /// <summary>True when the linear layers are in FP8.</summary>
    public static bool IsFp8(string size) => size.EndsWith(Fp8, StringComparison.Ordinal);

    /// <summary>Into how many files the weights go.</summary>
    public static int Files(string size) =>
        Shape(size) switch
        {
            "8b" or "moe8b" => 4,
            "671b" => 163,
            _ => 3,
        };

    /// <summary>The config of a shape.</summary>
    public static JsonObject Of(string size)
    {
        JsonObject config = Shape(size) switch
        {
            "0.6b" => Qwen(), // Qwen3-0.6B: 0.6 billion parameters
            "1b" => Llama(16, 2048, 32, 8192, isTied: true), // Llama-3.2-1B: 1.2 billion parameters
            "8b" => Llama(32, 4096, 32, 14336, isTied: false), // Llama-3.1-8B: 8.0 billion
            "moe1b" => Experts(layers: 1), // 1.2 billion, half of them in the experts
            "moe8b" => Experts(layers: 12), // 8.1 billion: a quarter of Qwen3-30B-A3B's layers
            "671b" => DeepSeek(), // DeepSeek-V3: 671 billion, and a layer for multi-token prediction
            _ => throw new ArgumentException($"There is no shape {size}; there are {Sizes}.", nameof(size)),
        };
        if (IsFp8(size))
        {
            config["quantization_config"] = JsonNode.Parse(
                """{ "quant_method": "fp8", "weight_block_size": [128, 128] }"""
            );
        }

        return config;
    }

    private static string Shape(string size) => IsFp8(size) ? size[..^Fp8.Length] : size;

    private static JsonObject Qwen()
    {
        JsonObject config = Llama(28, 1024, 16, 3072, isTied: true);
        config["architectures"] = new JsonArray("Qwen3ForCausalLM");
        config["model_type"] = "qwen3";
        config["head_dim"] = 128;
        config["vocab_size"] = 151936;
        return config;
    }

    private static JsonObject Llama(int layers, int hidden, int heads, int ffn, bool isTied) =>
        new()
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["torch_dtype"] = "bfloat16",
            ["hidden_act"] = "silu",
            ["num_hidden_layers"] = layers,
            ["hidden_size"] = hidden,
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = 8,
            ["head_dim"] = hidden / heads,
            ["intermediate_size"] = ffn,
            ["max_position_embeddings"] = 131072,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 500000.0,
            ["tie_word_embeddings"] = isTied,
            ["vocab_size"] = 128256,
        };

    private static JsonObject Experts(int layers) =>
        new()
        {
            ["architectures"] = new JsonArray("Qwen3MoeForCausalLM"),
            ["model_type"] = "qwen3_moe",
            ["torch_dtype"] = "bfloat16",
            ["hidden_act"] = "silu",
            ["num_hidden_layers"] = layers,
            ["hidden_size"] = 2048,
            ["num_attention_heads"] = 32,
            ["num_key_value_heads"] = 4,
            ["head_dim"] = 128,
            ["intermediate_size"] = 6144,
            ["moe_intermediate_size"] = 768,
            ["num_experts"] = 128,
            ["num_experts_per_tok"] = 8,
            ["norm_topk_prob"] = true,
            ["max_position_embeddings"] = 40960,
            ["rms_norm_eps"] = 1e-6,
            ["rope_theta"] = 1000000.0,
            ["tie_word_embeddings"] = false,
            ["vocab_size"] = 151936,
        };

    private static JsonObject DeepSeek() =>
        new()
        {
            ["architectures"] = new JsonArray("DeepseekV3ForCausalLM"),
            ["model_type"] = "deepseek_v3",
            ["torch_dtype"] = "bfloat16",
            ["hidden_act"] = "silu",
            ["num_hidden_layers"] = 61,
            ["num_nextn_predict_layers"] = 1,
            ["hidden_size"] = 7168,
            ["num_attention_heads"] = 128,
            ["num_key_value_heads"] = 128,
            ["q_lora_rank"] = 1536,
            ["kv_lora_rank"] = 512,
            ["qk_nope_head_dim"] = 128,
            ["qk_rope_head_dim"] = 64,
            ["v_head_dim"] = 128,
            ["intermediate_size"] = 18432,
            ["moe_intermediate_size"] = 2048,
            ["first_k_dense_replace"] = 3,
            ["n_routed_experts"] = 256,
            ["n_shared_experts"] = 1,
            ["num_experts_per_tok"] = 8,
            ["n_group"] = 8,
            ["topk_group"] = 4,
            ["norm_topk_prob"] = true,
            ["routed_scaling_factor"] = 2.5,
            ["max_position_embeddings"] = 163840,
            ["rms_norm_eps"] = 1e-6,
            ["rope_theta"] = 10000.0,
            ["tie_word_embeddings"] = false,
            ["vocab_size"] = 129280,
        };
}
