using System.Text.Json.Nodes;
using MegatronBridge.Layout;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>
/// Small configs: those of the golden manifests, and variations of them that the manifests do not have: other heads,
/// groups and widths, tied and untied, with and without biases.
/// </summary>
public static class SmallConfigs
{
    // Base manifest, what is changed in its config.
    private static readonly Dictionary<string, (string Manifest, string Changes)> Variations = new()
    {
        ["llama-mha"] = (
            "llama",
            """{ "num_key_value_heads": 4, "tie_word_embeddings": false, "rope_parameters": null, "rope_theta": 10000.0 }"""
        ),
        ["llama-one-group"] = ("llama", """{ "num_attention_heads": 8, "num_key_value_heads": 1, "head_dim": 12 }"""),
        ["llama-attention-bias"] = ("llama", """{ "attention_bias": true, "mlp_bias": true }"""),
        ["llama-odd-widths"] = (
            "llama",
            """{ "hidden_size": 40, "num_attention_heads": 5, "num_key_value_heads": 5, "head_dim": 8, "intermediate_size": 44, "num_hidden_layers": 3 }"""
        ),
        ["mistral-window"] = ("mistral", """{ "sliding_window": 32, "num_hidden_layers": 4 }"""),
        ["qwen2-tied"] = (
            "qwen2",
            """{ "tie_word_embeddings": true, "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 136 }"""
        ),
        ["qwen3-untied"] = ("qwen3", """{ "tie_word_embeddings": false, "num_hidden_layers": 6 }"""),
        ["qwen3moe-eight"] = (
            "qwen3moe",
            """{ "num_local_experts": 8, "moe_intermediate_size": 24, "vocab_size": 136, "num_hidden_layers": 4 }"""
        ),
        ["deepseek_v3-uncompressed-query"] = (
            "deepseek_v3",
            """{ "q_lora_rank": null, "n_shared_experts": 2, "num_hidden_layers": 4, "num_nextn_predict_layers": 1, "vocab_size": 144 }"""
        ),
        ["deepseek_v3-experts-everywhere"] = (
            "deepseek_v3",
            """{ "first_k_dense_replace": 0, "n_shared_experts": 0, "n_routed_experts": 8, "num_hidden_layers": 4 }"""
        ),
    };

    /// <summary>Layouts to try; which of them a model divides over depends on it.</summary>
    public static IReadOnlyList<ParallelSizes> Layouts { get; } =
    [
        new() { Tp = 2 },
        new() { Tp = 4 },
        new() { Pp = 2 },
        new() { Pp = 2, Vp = 2 },
        new() { Pp = 3 },
        new() { Dp = 3 },
        new()
        {
            Tp = 2,
            Pp = 2,
            Dp = 2,
        },
        new() { Tp = 2, Ep = 2 },
        new() { Ep = 4 },
        new()
        {
            Tp = 2,
            Ep = 2,
            Etp = 2,
            Pp = 2,
        },
        new()
        {
            Tp = 2,
            Cp = 2,
            Ep = 4,
        },
    ];

    public static TheoryData<string> All => [.. GoldenCases.Families, .. Variations.Keys];

    public static JsonObject Config(string name)
    {
        (string manifest, string changes) = Variations.GetValueOrDefault(name, (name, "{}"));
        JsonObject config = GoldenManifest.Load(manifest).Hf["config"]!.DeepClone().AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(changes)!.AsObject())
        {
            config[key] = value?.DeepClone();
        }

        return config;
    }
}
