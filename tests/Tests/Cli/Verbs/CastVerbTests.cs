using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Quantization;
using MegatronBridge.Tests.Bridge.Tools;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class CastVerbTests
{
    [Fact]
    public async Task A_model_is_cast_in_the_format_that_it_has()
    {
        using SampleModel model = new();
        CommandRun cast = await CommandRun.DoneAsync(
            "cast",
            "--model",
            model.Hf,
            "--out",
            model["hf32"],
            "--dtype",
            "fp32",
            "--json"
        );
        Assert.Equal("cast", cast.Json.GetProperty("verb").GetString());
        Assert.Equal(21, cast.Json.GetProperty("casts").GetArrayLength());
        Assert.Equal(0, cast.Json.GetProperty("kept").GetArrayLength());
        Assert.Equal(0, cast.Json.GetProperty("numbers").GetProperty("read").GetInt64()); // nothing can be lost
        Assert.Equal(Names(model.Hf), Names(model["hf32"]));

        await CommandRun.DoneAsync("import", "--hf-model", model.Hf, "--megatron-path", model["m"], "--tp", "2");
        await CommandRun.DoneAsync("cast", "--model", model["m"], "--out", model["m32"], "--dtype", "float32");
        CommandRun same = await CommandRun.DoneAsync("compare", model["hf32"], model["m32"], "--json");
        Assert.Empty(same.Json.GetProperty("differences").EnumerateArray());
        CommandRun text = await CommandRun.DoneAsync(
            "cast",
            "--model",
            model["m32"],
            "--out",
            model["m16"],
            "--dtype",
            "bfloat16"
        );
        Assert.Contains(" tensors from float32 to bfloat16", text.Out, StringComparison.Ordinal);
        Assert.Contains("0 became infinite, 0 became zero; 0 are NaN", text.Out, StringComparison.Ordinal);
        await CommandRun.DoneAsync("compare", model["m"], model["m16"]);
        Assert.Equal(
            (await File.ReadAllTextAsync(model["m/iter_0000000/run_config.yaml"])).Replace(
                model["m"],
                "",
                StringComparison.Ordinal
            ),
            (await File.ReadAllTextAsync(model["m16/iter_0000000/run_config.yaml"])).Replace(
                model["m16"],
                "",
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public async Task A_dry_run_finds_what_is_too_large_and_writes_nothing()
    {
        using TemporaryFolder folder = new();
        await CommandRun.DoneAsync("toy", "--architecture", "Qwen3ForCausalLM", "--hf-path", folder["hf"]);
        PatchedWeights.Write(folder["hf"], "model.norm.weight", 2, 0x49, 0x71);
        string[] command = ["cast", "--model", folder["hf"], "--out", folder["cast"], "--dtype", "fp16"];

        CommandRun refused = await CommandRun.OfAsync([.. command, "--dry-run", "--json"]);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("model.norm.weight: 1 of its numbers", refused.Error, StringComparison.Ordinal);
        Assert.Equal("mapping", refused.Json.GetProperty("error").GetProperty("kind").GetString());
        Assert.Equal(ExitCode.BadInput, (await CommandRun.OfAsync(command)).ExitCode);

        CommandRun dry = await CommandRun.DoneAsync([.. command, "--allow-overflow", "--dry-run", "--json"]);
        Assert.Equal(1, dry.Json.GetProperty("overflows").GetProperty("model.norm.weight").GetInt64());
        await CommandRun.DoneAsync([.. command, "--keep", "model.norm.weight", "--dry-run"]);
        Assert.Equal(["hf"], folder.Entries.Where(entry => !entry.Contains('/', StringComparison.Ordinal)));
        CommandRun allowed = await CommandRun.DoneAsync([.. command, "--allow-overflow"]);
        Assert.Contains("model.norm.weight: 1 became infinite", allowed.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen3", "fp8 blocks")]
    [InlineData("kimi_k2", "int4")]
    [InlineData("qwen3", "nvfp4 of modelopt")]
    public async Task Codes_become_numbers_on_request_only(string model, string form)
    {
        using TemporaryFolder folder = new();
        await QuantizedFolder.WriteAsync(folder["hf"], model, StoredForm.All.Single(known => known.Name == form));
        string[] command = ["cast", "--model", folder["hf"], "--out", folder["cast"], "--dtype", "bf16"];
        CommandRun refused = await CommandRun.OfAsync(command);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--dequantize makes numbers of them", refused.Error, StringComparison.Ordinal);

        await CommandRun.DoneAsync([.. command, "--dequantize"]);
        await CommandRun.DoneAsync("compare", folder["hf"], folder["cast"]);
        string config = await File.ReadAllTextAsync(folder["cast/config.json"]);
        Assert.DoesNotContain("quantization_config", config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dtype", 2)]
    [InlineData("--dtype takes one of bfloat16, float16, float32, not \"fp8\"", 2, "--dtype", "fp8")]
    [InlineData("no tensor of the model is called so", 3, "--dtype", "fp16", "--keep", "nothing")]
    [InlineData("such as 256MB", 2, "--dtype", "fp16", "--max-shard-size", "lots")]
    public async Task Wrong_arguments_are_refused(string message, int code, params string[] options)
    {
        using SampleModel model = new();
        CommandRun run = await CommandRun.OfAsync(["cast", "--model", model.Hf, "--out", model["x"], .. options]);
        Assert.Equal(code, (int)run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(model["x"]));
    }

    [Fact]
    public async Task The_source_and_what_is_there_are_left_alone()
    {
        using SampleModel model = new();
        string[] command = ["cast", "--model", model.Hf, "--dtype", "fp16", "--out"];
        Assert.Equal(ExitCode.BadInput, (await CommandRun.OfAsync([.. command, model.Hf])).ExitCode);
        Assert.Equal(ExitCode.BadInput, (await CommandRun.OfAsync([.. command, model.Hf, "--overwrite"])).ExitCode);
        await CommandRun.DoneAsync([.. command, model["x"]]);
        Assert.Equal(ExitCode.BadInput, (await CommandRun.OfAsync([.. command, model["x"]])).ExitCode);
        await CommandRun.DoneAsync([.. command, model["x"], "--overwrite"]);

        IReadOnlyList<string> before = model.Entries;
        using CancellationTokenSource stopped = new();
        await stopped.CancelAsync();
        CommandRun interrupted = await CommandRun.OfAsync([.. command, model["y"]], stopped.Token);
        Assert.Equal(ExitCode.Interrupted, interrupted.ExitCode);
        Assert.Equal(before, model.Entries);
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
