using MegatronBridge.Cli;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class RoundtripVerbTests
{
    [Fact]
    public async Task A_model_comes_back_the_same_and_nothing_is_kept()
    {
        using SampleModel model = new();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await CommandRun.OfAsync("roundtrip", "--hf-model", model.Hf, "--tp", "2", "--pp", "2");
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.Contains("21 tensors equal, 0 different", run.Out);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task What_is_to_be_kept_is_a_checkpoint_and_a_model()
    {
        using SampleModel model = new();
        CommandRun run = await CommandRun.OfAsync(
            "roundtrip",
            "--hf-model",
            model.Hf,
            "--keep",
            model["kept"],
            "--json"
        );
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(21, run.Json.GetProperty("equal_tensors").GetInt32());
        Assert.True(File.Exists(model["kept/megatron/latest_checkpointed_iteration.txt"]));
        Assert.True(File.Exists(model["kept/hf/config.json"]));
    }

    [Fact]
    public async Task An_unsupported_layout_is_refused()
    {
        using SampleModel model = new();
        CommandRun run = await CommandRun.OfAsync("roundtrip", "--hf-model", model.Hf, "--tp", "3");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
    }
}
