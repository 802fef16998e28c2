using System.Text.Json;
using MegatronBridge.Cli;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class ConvertVerbTests
{
    [Fact]
    public async Task A_checkpoint_goes_to_legacy_and_back_and_to_the_model_that_it_was()
    {
        using SampleModel model = new();
        await model.ImportAsync("m", "--pp", "2");
        string text = (
            await CommandRun.DoneAsync(
                "convert",
                "--from",
                model["m"],
                "--to",
                model["legacy"],
                "--ckpt-format",
                "torch",
                "--tp",
                "2"
            )
        ).Out;
        Assert.Contains("mp_rank_01/model_optim_rng.pt", text, StringComparison.Ordinal);
        Assert.Contains("The layout was PP 2; it is TP 2 now.", text, StringComparison.Ordinal);
        await CommandRun.DoneAsync("compare", model["m"], model["legacy"]);
        await CommandRun.DoneAsync("compare", model["legacy"], model.Hf);
        await CommandRun.DoneAsync("convert", "--from", model["legacy"], "--to", model["again"], "--pp", "2");
        await CommandRun.DoneAsync("compare", model["m"], model["again"]);
        await CommandRun.DoneAsync("export", "--megatron-path", model["legacy"], "--hf-path", model["hf2"]);
        await CommandRun.DoneAsync("compare", model.Hf, model["hf2"]);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(model["m"], "iter_0000000/train_state.pt")),
            await File.ReadAllBytesAsync(Path.Combine(model["again"], "latest_train_state.pt"))
        );
    }

    [Fact]
    public async Task A_dry_run_prints_the_plan_that_the_run_follows()
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        IReadOnlyList<string> before = model.Entries;
        string[] command = ["convert", "--from", model["m"], "--to", model["c"], "--ckpt-format", "torch", "--json"];
        CommandRun plan = await CommandRun.OfAsync([.. command, "--dry-run"]);
        Assert.True(plan.Json.GetProperty("dry_run").GetBoolean());
        Assert.Equal(before, model.Entries);
        CommandRun run = await CommandRun.OfAsync(command);
        Assert.Equal(("convert", ExitCode.Done), (run.Json.GetProperty("verb").GetString(), run.ExitCode));
        Assert.Equal($"{plan.Json.GetProperty("files")}", $"{run.Json.GetProperty("files")}");
        JsonElement file = Assert.Single(run.Json.GetProperty("files").EnumerateArray());
        string path = Path.Combine(model["c"], "iter_0000000", file.GetProperty("name").GetString()!);
        Assert.Equal(file.GetProperty("bytes").GetInt64(), new FileInfo(path).Length);
    }

    [Fact]
    public async Task A_target_is_replaced_only_on_request_and_only_if_a_conversion_made_it()
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        string[] command = ["convert", "--from", model["m"], "--to", model["c"]];
        await CommandRun.DoneAsync(command);
        CommandRun refused = await CommandRun.OfAsync(command);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--overwrite", refused.Error, StringComparison.Ordinal);
        await CommandRun.DoneAsync([.. command, "--overwrite", "--ckpt-format", "torch"]);
        Assert.True(Directory.Exists(Path.Combine(model["c"], "iter_0000000", "mp_rank_00")));

        // Another iteration of a run is not ours to delete.
        Directory.CreateDirectory(Path.Combine(model["c"], "iter_0000020"));
        refused = await CommandRun.OfAsync([.. command, "--overwrite"]);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("iter_0000020", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "takes one of torch_dist, torch", "--ckpt-format", "zarr")]
    [InlineData(3, "do not divide over", "--pp", "3")]
    [InlineData(3, "num_attention_heads (4) must be a", "--tp", "3")]
    [InlineData(3, "has no field", "--set", "num_layer=3")]
    public async Task What_does_not_fit_is_refused(int code, string message, params string[] options)
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        CommandRun run = await CommandRun.OfAsync(["convert", "--from", model["m"], "--to", model["c"], .. options]);
        Assert.Equal(code, (int)run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(model["c"]));
    }

    [Fact]
    public async Task Only_checkpoints_of_Megatron_are_converted()
    {
        using SampleModel model = new();
        CommandRun run = await CommandRun.OfAsync("convert", "--from", model.Hf, "--to", model["c"]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("this is a Hugging Face model", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_round_trip_may_go_over_the_legacy_format()
    {
        using SampleModel model = new();
        string[] sizes = ["--tp", "2", "--pp", "2"];
        await CommandRun.DoneAsync([
            "roundtrip",
            "--hf-model",
            model.Hf,
            "--ckpt-format",
            "torch",
            "--keep",
            model["k"],
            .. sizes,
        ]);
        Assert.True(File.Exists(Path.Combine(model["k"], "megatron/iter_0000000/mp_rank_01_001/model_optim_rng.pt")));
    }
}
