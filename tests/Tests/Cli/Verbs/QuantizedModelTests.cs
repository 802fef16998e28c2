using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Tests.Bridge.Quantization;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class QuantizedModelTests
{
    [Theory]
    [InlineData("kimi_k2", "fp8 blocks")]
    [InlineData("kimi_k2", "int4")]
    [InlineData("qwen3", "gptq")]
    [InlineData("qwen3", "awq")]
    [InlineData("qwen3", "nvfp4 of modelopt")]
    public async Task A_quantised_model_goes_there_and_back_as_numbers(string model, string form)
    {
        using TemporaryFolder folder = new();
        int quantized = await QuantizedFolder.WriteAsync(folder["hf"], model, Form(form));
        CommandRun import = await RunAsync("import", "--hf-model", folder["hf"], "--megatron-path", folder["megatron"]);
        Assert.Equal(quantized, import.Json.GetProperty("dequantized").EnumerateArray().Sum(Tensors));
        Assert.Equal("bfloat16", import.Json.GetProperty("dequantized")[0].GetProperty("to").GetString());

        CommandRun same = await RunAsync("compare", folder["hf"], folder["megatron"]);
        Assert.Empty(same.Json.GetProperty("differences").EnumerateArray());
        await RunAsync("export", "--megatron-path", folder["megatron"], "--hf-path", folder["again"]);
        await RunAsync("compare", folder["hf"], folder["again"]);
        Assert.DoesNotContain(
            "quantization_config",
            await File.ReadAllTextAsync(Path.Combine(folder["again"], "config.json"))
        );
        await RunAsync("roundtrip", "--hf-model", folder["hf"]);

        static int Tensors(JsonElement scheme) => scheme.GetProperty("tensors").GetInt32();
    }

    [Theory]
    [InlineData("fp8 blocks of ue8m0")]
    [InlineData("fp8 blocks")]
    [InlineData("fp8 per tensor")]
    [InlineData("int4")]
    [InlineData("mxfp4 packed")]
    [InlineData("fp4 of DeepSeek")]
    public async Task An_export_can_be_quantised_like_the_original(string form)
    {
        using TemporaryFolder folder = new();
        await QuantizedFolder.WriteAsync(folder["hf"], "qwen3", Form(form));
        await RunAsync("import", "--hf-model", folder["hf"], "--megatron-path", folder["megatron"]);
        await RunAsync("export", "--megatron-path", folder["megatron"], "--hf-path", folder["again"], "--quantize");
        using SafetensorsFolder original = SafetensorsFolder.Open(folder["hf"]);
        using SafetensorsFolder again = SafetensorsFolder.Open(folder["again"]);
        Assert.Equal(original.Names.Order(StringComparer.Ordinal), again.Names.Order(StringComparer.Ordinal));
        Assert.All(
            original.Names,
            name => Assert.Equal($"{original.Find(name)}", $"{again.Find(name)}") // types and shapes
        );
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(folder["hf"], "config.json")),
            await File.ReadAllTextAsync(Path.Combine(folder["again"], "config.json"))
        );

        // What was quantised twice does not change any more: the rule finds its own codes and scales again.
        await RunAsync("import", "--hf-model", folder["again"], "--megatron-path", folder["megatron2"]);
        await RunAsync("export", "--megatron-path", folder["megatron2"], "--hf-path", folder["third"], "--quantize");
        if (form is "fp8 blocks of ue8m0" or "mxfp4 packed" or "fp4 of DeepSeek")
        {
            await RunAsync("compare", folder["again"], folder["third"]);
        }
    }

    [Fact]
    public async Task What_cannot_be_quantised_again_is_refused()
    {
        using TemporaryFolder folder = new();
        await QuantizedFolder.WriteAsync(folder["hf"], "qwen3", Form("gptq"));
        await RunAsync("import", "--hf-model", folder["hf"], "--megatron-path", folder["megatron"]);
        string[] export = ["export", "--megatron-path", folder["megatron"], "--hf-path", folder["again"], "--quantize"];
        CommandRun refused = await CommandRun.OfAsync(export);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("GPTQ", refused.Error);
        Assert.False(Directory.Exists(folder["again"]));

        using SampleModel plain = new();
        await RunAsync("import", "--hf-model", plain.Hf, "--megatron-path", folder["plain"]);
        refused = await CommandRun.OfAsync([
            "export",
            "--megatron-path",
            folder["plain"],
            "--hf-path",
            folder["again"],
            "--quantize",
        ]);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--hf-model", refused.Error);
    }

    [Fact]
    public async Task Codes_are_kept_nowhere_because_Megatron_would_take_them_for_weights()
    {
        using TemporaryFolder folder = new();
        await QuantizedFolder.WriteAsync(folder["hf"], "qwen3", Form("fp8 blocks"));
        string[] import =
        [
            "import",
            "--hf-model",
            folder["hf"],
            "--megatron-path",
            folder["megatron"],
            "--keep-quantized",
        ];
        CommandRun refused = await CommandRun.OfAsync(import);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--keep-quantized", refused.Error);
        Assert.False(Directory.Exists(folder["megatron"]));

        using SampleModel plain = new();
        import[2] = plain.Hf;
        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync(import)).ExitCode);
    }

    [Fact]
    public async Task Inspect_tells_what_is_stored_and_what_it_stands_for()
    {
        using TemporaryFolder folder = new();
        int quantized = await QuantizedFolder.WriteAsync(folder["hf"], "qwen3", Form("fp8 blocks"));
        CommandRun run = await RunAsync("inspect", folder["hf"], "--stats");
        JsonElement[] tensors = [.. run.Json.GetProperty("quantized").EnumerateArray()];
        Assert.Equal(quantized, tensors.Length);
        Assert.Equal("bfloat16", tensors[0].GetProperty("dtype").GetString());
        Assert.Equal("F8_E4M3 with a F32 scale for 16 x 24", tensors[0].GetProperty("scheme").GetString());
        Assert.InRange(tensors[0].GetProperty("stats").GetProperty("std").GetDouble(), 0.01, 10); // codes have 100 and more
        Assert.Empty(run.Json.GetProperty("model").GetProperty("faults").EnumerateArray());
        string parts = string.Join(' ', tensors[0].GetProperty("parts").EnumerateArray());
        Assert.Contains("weight_scale_inv", parts);
        Assert.Contains(
            run.Json.GetProperty("tensors").EnumerateArray(),
            tensor => tensor.GetProperty("dtype").GetString() == "float8_e4m3fn"
        );
        Assert.Contains($"{quantized} tensors: F8_E4M3", (await CommandRun.OfAsync("inspect", folder["hf"])).Out);
    }

    [Fact]
    public async Task An_unknown_way_of_quantization_is_refused_by_name()
    {
        using TemporaryFolder folder = new();
        StoredForm form = Form("fp8 blocks") with
        {
            Json = """{ "quant_method": "bitsandbytes", "load_in_4bit": true }""",
        };
        await QuantizedFolder.WriteAsync(folder["hf"], "qwen3", form);
        CommandRun run = await CommandRun.OfAsync([
            "import",
            "--hf-model",
            folder["hf"],
            "--megatron-path",
            folder["megatron"],
        ]);
        Assert.Equal(ExitCode.UnsupportedModel, run.ExitCode);
        Assert.Contains("bitsandbytes", run.Error);
        Assert.Contains("bitsandbytes", (await CommandRun.OfAsync("inspect", folder["hf"])).Out);
    }

    private static StoredForm Form(string name) => StoredForm.All.Single(form => form.Name == name);

    private static async Task<CommandRun> RunAsync(params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync([.. arguments, "--json"]);
        Assert.True(
            run.ExitCode == ExitCode.Done,
            $"{string.Join(' ', arguments)}: {run.ExitCode} {run.Error}{run.Out}"
        );
        return run;
    }
}
