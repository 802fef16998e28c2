using System.Text.Json;
using System.Text.Json.Nodes;

namespace MegatronBridge.Conformance;

/// <summary>Models of transformers go to Megatron and back through the command, and are what they were.</summary>
public sealed class ConversionTests(Python python)
{
    private const string Llama3Rope = """
        "rope_parameters": {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
        """;

    private const string Experts = """
        "num_experts": 8, "num_experts_per_tok": 3, "moe_intermediate_size": 24, "norm_topk_prob": true
        """;

    public static TheoryData<string, string, string, string> Models { get; } =
        new()
        {
            { "llama", "bfloat16", $"{Llama3Rope}, \"tie_word_embeddings\": true, \"head_dim\": 24", "--tp 2 --pp 2" },
            { "llama", "float32", "\"num_key_value_heads\": 4", "" },
            { "mistral", "bfloat16", "\"sliding_window\": 32", "--tp 2" },
            { "qwen2", "float16", "\"tie_word_embeddings\": true", "--pp 4" },
            { "qwen3", "bfloat16", "\"head_dim\": 32", "--tp 4 --pp 2 --vp 2" },
            { "qwen3_moe", "bfloat16", $"{Experts}, \"head_dim\": 16", "--tp 2 --ep 2 --etp 1 --pp 2" },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_computes_the_same_after_a_round_trip(string type, string dtype, string fields, string layout)
    {
        using TemporaryFolder folder = new();
        string source = folder.File("source");
        string megatron = folder.File("megatron");
        string exported = folder.File("exported");
        python.Call("hf_models", "make", source, Config(type, fields), dtype, "60KB");

        string[] sizes = layout.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Command.Run(["import", "--hf-model", source, "--megatron-path", megatron, .. sizes]);
        JsonElement loaded = python.Call("dcp", "load", Path.Combine(megatron, "iter_0000000"));
        Assert.Contains(
            "decoder.layers.self_attention.linear_qkv.weight",
            loaded.GetProperty("tensors").EnumerateObject().Select(tensor => tensor.Name)
        );
        Assert.All(
            loaded.GetProperty("objects").EnumerateObject().Where(entry => entry.Name.Contains("_extra_state")),
            entry => Assert.Equal("[tensor([], dtype=torch.uint8)]", entry.Value.GetString())
        );

        Command.Run("export", "--megatron-path", megatron, "--hf-path", exported);
        JsonElement same = python.Call("hf_models", "same", source, exported);
        Assert.True(same.GetProperty("finite").GetBoolean());
        Assert.True(same.GetProperty("spread").GetDouble() > 0.01); // logits that could show a fault
        Assert.True(same.GetProperty("weights").GetBoolean());
        Assert.True(same.GetProperty("logits").GetBoolean());
        Assert.True(same.GetProperty("tokens").GetBoolean());
        Assert.Empty(same.GetProperty("config").EnumerateArray());
    }

    internal static JsonObject Config(string type, string fields)
    {
        JsonObject config = new()
        {
            ["model_type"] = type,
            ["vocab_size"] = 132,
            ["hidden_size"] = 64,
            ["intermediate_size"] = 96,
            ["num_hidden_layers"] = 4,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["max_position_embeddings"] = 256,
        };
        foreach ((string name, JsonNode? value) in JsonNode.Parse($"{{{fields}}}")!.AsObject())
        {
            config[name] = value?.DeepClone();
        }

        return config;
    }
}
