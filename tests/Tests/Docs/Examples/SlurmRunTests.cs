using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Adapters;
using MegatronBridge.Tests.Cli;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Docs.Examples;

/// <summary>
/// The slurm scripts run whole, on small models: only <c>srun</c> is a stand-in, which instead of training puts down a checkpoint that is
/// there.
/// </summary>
public sealed class SlurmRunTests : IDisposable
{
    private const string Training = """
        #!/usr/bin/env bash
        cp -r "$CHECKPOINT" "$(dirname "${@: -1}")/trained"

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama/llama31")]
    [InlineData("zai/glm45")]
    public async Task What_training_does_not_change_comes_back_as_it_was(string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash");
        ExampleModel model = await StandInAsync(folder);
        string work = Run(model, "slurm_sft.sh", _folder[$"work/{model.Sft}/base"], model.Sft!);

        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync("compare", _folder["hf"], $"{work}/tuned")).ExitCode);
    }

    /// <summary>The adapters are those that the real bridge has trained on models of these shapes.</summary>
    [Theory]
    [InlineData("llama/llama31", "llama-lora")]
    [InlineData("llama/llama31", "llama-dora")]
    [InlineData("qwen/qwen3_moe", "qwen3moe-lora")]
    [InlineData("deepseek/deepseek_v3", "deepseek_v3-lora")]
    public async Task Merging_in_either_format_gives_the_same_tuned_model(string folder, string adapter)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash");
        ExampleModel model = await StandInAsync(folder);
        using AdapterSample sample = new(adapter);
        string work = Run(model, "slurm_peft.sh", sample.Megatron, model.Peft!);

        CommandRun merge = await CommandRun.OfAsync([
            "adapter",
            "merge",
            "--base",
            _folder["hf"],
            "--adapter",
            $"{work}/adapter",
            "--output",
            _folder["merged"],
        ]);
        Assert.True(merge.ExitCode == ExitCode.Done, merge.Error);
        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync("compare", _folder["merged"], $"{work}/tuned")).ExitCode);
        Assert.Equal(
            ExitCode.Different,
            (await CommandRun.OfAsync("compare", _folder["hf"], $"{work}/tuned")).ExitCode
        );
    }

    private async Task<ExampleModel> StandInAsync(string folder)
    {
        ExampleModel model = ExampleModel.All.Single(model => model.Folder == folder);
        CommandRun toy = await CommandRun.OfAsync(
            "toy",
            "--architecture",
            model.Architecture,
            "--hf-path",
            _folder["hf"]
        );
        Assert.True(toy.ExitCode == ExitCode.Done, toy.Error);
        return model;
    }

    /// <summary>Runs a script and returns the folder of its results.</summary>
    private string Run(ExampleModel model, string script, string checkpoint, string recipe)
    {
        string commands = Directory.CreateDirectory(_folder["commands"]).FullName;
        string srun = Path.Combine(commands, "srun");
        File.WriteAllText(srun, Training);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(srun, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Bash run = Bash.Run(
            Path.Combine(Repository.Root, "examples", "models", model.Folder, script),
            _folder[""],
            $"{commands}{Path.PathSeparator}{AppContext.BaseDirectory}",
            [new("CONTAINER_IMAGE", "image"), new("MODEL", _folder["hf"]), new("CHECKPOINT", checkpoint)]
        );
        Assert.True(run.ExitCode == 0, run.Error + run.Out);
        return _folder[$"work/{recipe}"];
    }
}
