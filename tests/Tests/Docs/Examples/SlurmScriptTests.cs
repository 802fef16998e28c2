using System.Text;
using System.Text.RegularExpressions;
using MegatronBridge.Cli;
using MegatronBridge.Recipes;
using MegatronBridge.Tests.Cli;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Docs.Examples;

/// <summary>
/// The slurm scripts run without a cluster: <c>srun</c> and the command are stand-ins that write down their arguments, with which the real
/// command is then called.
/// </summary>
public sealed class SlurmScriptTests : IDisposable
{
    private const string Recorder = """
        #!/usr/bin/env bash
        printf '%s\0' "${0##*/}" "$@" > "$CALLS/$(ls "$CALLS" | wc -l)"

        """;

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Scripts =>
        [
            .. ExampleModel.All.SelectMany(model =>
                model.Training.Select(entry => $"examples/models/{model.Folder}/{entry.Script}")
            ),
        ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Every_command_is_one_that_the_command_understands(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash");
        Bash run = Run(script, [new("CONTAINER_IMAGE", "image")], "--set", "train.train_iters=777");
        Assert.True(run.ExitCode == 0, run.Error);

        string[][] calls = Calls();
        string[] verbs = script.Contains("peft", StringComparison.Ordinal)
            ? ["import", "recipe show", "srun", "adapter export", "adapter merge", "export"]
            : ["import", "recipe show", "srun", "export"];
        Assert.Equal(
            verbs,
            calls.Select(call =>
                call[0] == "srun"
                    ? "srun"
                    : string.Join(' ', call.Skip(1).TakeWhile(word => word[0] != '-').Take(2))
                        .Replace($" {Recipe(script).Name}", "", StringComparison.Ordinal)
            )
        );
        foreach (string[] call in calls.Where(call => call[0] == "megatron-bridge"))
        {
            CommandRun real = await CommandRun.OfAsync(call[1..]);
            bool isRecipe = call[1] == "recipe";
            Assert.True(
                real.ExitCode == (isRecipe ? ExitCode.Done : ExitCode.BadInput), // there are neither models nor checkpoints
                $"{string.Join(' ', call)}\n{real.ExitCode} {real.Error}"
            );
            if (isRecipe)
            {
                ConfigContainer config = ConfigContainer.Parse(Encoding.UTF8.GetBytes(real.Out));
                string work = _folder[$"work/{Recipe(script).Name}"];
                Assert.Equal("777", $"{config["train.train_iters"]}");
                Assert.Equal($"{work}/base", $"{config["checkpoint.pretrained_checkpoint"]}");
                Assert.Equal($"{work}/trained", $"{config["checkpoint.save"]}");
                Assert.Equal($"{work}/trained", $"{config["checkpoint.load"]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void All_that_the_container_reads_and_writes_is_mounted(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash");
        Run(script, [new("CONTAINER_IMAGE", "image"), new("CONTAINER_MOUNTS", "/data:/data")]);
        string[] srun = Assert.Single(Calls(), call => call[0] == "srun");

        string work = _folder[$"work/{Recipe(script).Name}"];
        Assert.Contains("--container-image=image", srun);
        Assert.Contains($"--container-mounts={work}:{work},/data:/data", srun);
        Assert.Equal($"{work}/run.yaml", srun[^1]);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void The_GPUs_are_the_fewest_that_the_recipe_needs(string script)
    {
        string text = Repository.Read(script);
        Assert.Equal(Recipe(script).Build().LeastGpus, Number("nodes") * Number("gpus-per-node"));
        Assert.Equal(Number("gpus-per-node"), Number("ntasks-per-node"));

        int Number(string option) => int.Parse(Regex.Match(text, $@"(?m)^#SBATCH --{option}=(\d+)$").Groups[1].Value);
    }

    [Fact]
    public void Without_a_container_nothing_begins()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash");
        Bash run = Run(Scripts.First().Data, []);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("CONTAINER_IMAGE", run.Error, StringComparison.Ordinal);
        Assert.Empty(Calls());
    }

    private static Recipe Recipe(string script)
    {
        string name = Regex.Match(Repository.Read(script), @"(?m)^#SBATCH --job-name=(\w+)$").Groups[1].Value;
        return RecipeList.Find(name) ?? throw new InvalidOperationException($"{script}: there is no recipe {name}.");
    }

    private Bash Run(string script, KeyValuePair<string, string>[] variables, params string[] arguments)
    {
        string commands = Directory.CreateDirectory(_folder["commands"]).FullName;
        string calls = Directory.CreateDirectory(_folder["calls"]).FullName;
        foreach (string command in (string[])["megatron-bridge", "srun"])
        {
            File.WriteAllText(Path.Combine(commands, command), Recorder);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(commands, command), Executable);
            }
        }

        return Bash.Run(
            Path.Combine(Repository.Root, script),
            _folder[""],
            commands,
            [.. variables, new("CALLS", calls)],
            arguments
        );
    }

    /// <summary>Commands with their arguments, in order.</summary>
    private string[][] Calls() =>
        [
            .. Directory
                .EnumerateFiles(_folder["calls"])
                .OrderBy(path => int.Parse(Path.GetFileName(path)))
                .Select(path => File.ReadAllText(path).Split('\0')[..^1]),
        ];
}
