using System.Text.Json;
using System.Text.Json.Nodes;

namespace MegatronBridge.Conformance;

/// <summary>
/// Adapters of the library peft, made and judged by torch from the documented format; where Python has peft itself, by it too.
/// </summary>
public sealed class AdapterTests(Python python)
{
    private const string AllLayers = """
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        """;

    public static TheoryData<string, string, bool> Adapters { get; } =
        new()
        {
            { "llama", $"\"r\": 4, \"lora_alpha\": 6, \"target_modules\": {AllLayers}", true },
            { "llama", """ "r": 8, "use_rslora": true, "target_modules": ".*\\.self_attn\\.(q|v)_proj" """, true },
            {
                "llama",
                """ "r": 4, "target_modules": ["o_proj", "down_proj"], "exclude_modules": ["layers.1.mlp.down_proj"] """,
                true
            },
            { "qwen2", $"\"r\": 4, \"lora_alpha\": 2.5, \"target_modules\": {AllLayers}", true },
            { "llama", """ "r": 4, "use_dora": true, "target_modules": ["o_proj", "down_proj"] """, true },
            { "qwen2", $"\"r\": 4, \"use_dora\": true, \"use_rslora\": true, \"target_modules\": {AllLayers}", false },
            {
                "llama",
                $$"""
                    "r": 4, "lora_alpha": 16, "target_modules": {{AllLayers}},
                    "rank_pattern": {"^model.layers.0.self_attn.q_proj": 2, "(q|k)_proj": 6, "layers.1.mlp.up_proj": 3},
                    "alpha_pattern": {".*\\.layers\\.[02]\\..*": 8, "down_proj": 1}
                    """,
                false
            },
        };

    [Theory]
    [MemberData(nameof(Adapters))]
    public void A_merge_is_what_torch_computes(string type, string fields, bool isForMegatron)
    {
        using TemporaryFolder folder = new();
        string model = folder.File("model");
        string adapter = folder.File("adapter");
        python.Call("hf_models", "make", model, ConversionTests.Config(type, ""), "float32", "1GB");
        python.Call("adapters", "make", adapter, model, JsonNode.Parse($"{{{fields}}}"), "float32");

        Check(folder, model, adapter, isForMegatron);
    }

    public static TheoryData<string, string, string?> Experts { get; } =
        new()
        {
            { "gpt_oss", """ "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"] """, "" },
            { "gpt_oss", """ "target_parameters": ["1.mlp.experts.down_proj"] """, null },
            { "qwen3moe", """ "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"] """, "" },
            {
                "qwen3moe",
                """ "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"] """,
                "--packed-experts"
            },
            {
                "qwen3moe",
                """ "target_parameters": ["experts.gate_up_proj"], "rank_pattern": {"experts.gate_up_proj": 3} """,
                null
            },
            { "qwen3_5_moe", """ "target_parameters": ["gate_up_proj", "experts.down_proj"] """, "--packed-experts" },
            { "qwen3_vl_moe", """ "target_parameters": ["experts.gate_up_proj", "experts.down_proj"] """, "" },
        };

    [Theory]
    [MemberData(nameof(Experts))]
    public void Packed_experts_are_what_torch_computes(string golden, string fields, string? export)
    {
        using TemporaryFolder folder = new();
        string model = folder.File("model");
        string adapter = folder.File("adapter");
        string all = $$"""{"r": 2, "lora_alpha": 3, "target_modules": ["o_proj"], {{fields}}}""";
        python.Call("hf_models", "make", model, ModelConfigs.Golden[golden].DeepClone(), "float32", "1GB");
        python.Call("adapters", "make", adapter, model, JsonNode.Parse(all), "float32");
        Check(folder, model, adapter, export is not null, export);
    }

    [Fact]
    public void Weights_of_16_bits_are_rounded_once()
    {
        using TemporaryFolder folder = new();
        string model = folder.File("model");
        string adapter = folder.File("adapter");
        python.Call("hf_models", "make", model, ConversionTests.Config("llama", ""), "bfloat16", "1GB");
        python.Call(
            "adapters",
            "make",
            adapter,
            model,
            JsonNode.Parse("""{"target_modules": ["down_proj"]}"""),
            "float16"
        );
        Command.Run("adapter", "merge", "--base", model, "--adapter", adapter, "--output", folder.File("merged"));
        Judge(model, adapter, folder.File("merged"), 1.0 / 256 * 1.001, 0.02);
    }

    private void Check(
        TemporaryFolder folder,
        string model,
        string adapter,
        bool isForMegatron,
        string? exportOptions = null
    )
    {
        Command.Run("adapter", "merge", "--base", model, "--adapter", adapter, "--output", folder.File("merged"));
        Judge(model, adapter, folder.File("merged"), 1e-6, 1e-4);
        if (!isForMegatron)
        {
            return;
        }

        // All of it once more by way of Megatron.
        Command.Run(
            "import",
            "--hf-model",
            model,
            "--megatron-path",
            folder.File("model-m"),
            "--set",
            "should_pad_vocab=true"
        );
        Command.Run(
            "adapter",
            "import",
            "--hf-adapter",
            adapter,
            "--base",
            model,
            "--megatron-path",
            folder.File("adapter-m")
        );
        Command.Run(
            "adapter",
            "merge",
            "--base",
            folder.File("model-m"),
            "--adapter",
            folder.File("adapter-m"),
            "--output",
            folder.File("merged-m")
        );
        Command.Run("export", "--megatron-path", folder.File("merged-m"), "--hf-path", folder.File("again"));
        string[] export = ["adapter", "export", "--megatron-path", folder.File("adapter-m"), "--hf-path"];
        Command.Run([
            .. export,
            folder.File("peft"),
            "--hf-model",
            model,
            .. (exportOptions ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        Judge(model, folder.File("peft"), folder.File("again"), 1e-6, 1e-4);
        Assert.True(
            python
                .Call("hf_models", "same", folder.File("merged"), folder.File("again"))
                .GetProperty("weights")
                .GetBoolean()
        );
    }

    private void Judge(string model, string adapter, string merged, double error, double ofLogits)
    {
        JsonElement judged = python.Call("adapters", "judge", model, adapter, merged);
        Assert.True(judged.GetProperty("adapted").GetInt32() >= 3);
        Assert.InRange(judged.GetProperty("error").GetDouble(), 0, error);
        Assert.True(judged.GetProperty("untouched").GetBoolean());
        Assert.True(judged.GetProperty("changed").GetBoolean());
        Assert.InRange(judged.GetProperty("logits").GetDouble(), 0, ofLogits);
        Assert.True(judged.GetProperty("effect").GetDouble() > 5 * ofLogits); // logits that could show a fault
        if (!python.Call("adapters", "has_peft").GetBoolean())
        {
            return;
        }

        JsonElement real = python.Call("adapters", "of_peft", model, adapter, merged);
        Assert.True(real.GetProperty("same_names").GetBoolean());
        Assert.True(real.GetProperty("as_it_was").GetBoolean());
        Assert.InRange(real.GetProperty("error").GetDouble(), 0, 4 * error);
    }
}
