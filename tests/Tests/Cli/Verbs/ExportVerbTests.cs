using MegatronBridge.Cli;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class ExportVerbTests
{
    [Fact]
    public async Task A_dry_run_prints_the_plan_and_writes_nothing()
    {
        using SampleModel model = await ImportedAsync();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await ExportAsync(model, "--dry-run", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(3, run.Json.GetProperty("files").GetArrayLength());
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task The_files_of_the_original_are_written_again()
    {
        using SampleModel model = await ImportedAsync();
        CommandRun run = await ExportAsync(model);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        IEnumerable<string?> original = Directory.EnumerateFiles(model.Hf).Select(Path.GetFileName);
        IEnumerable<string?> again = Directory.EnumerateFiles(model["again"]).Select(Path.GetFileName);
        Assert.Equal(original.Order(StringComparer.Ordinal), again.Order(StringComparer.Ordinal));
        foreach (string name in (string[])["config.json", "generation_config.json"])
        {
            byte[] expected = await File.ReadAllBytesAsync(Path.Combine(model.Hf, name));
            Assert.Equal(expected, await File.ReadAllBytesAsync(Path.Combine(model["again"], name)));
        }

        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync("compare", model.Hf, model["again"])).ExitCode);
    }

    [Fact]
    public async Task Without_the_original_config_and_files_are_made_anew()
    {
        using SampleModel model = await ImportedAsync();
        Directory.Move(model.Hf, model["elsewhere"]);
        CommandRun run = await ExportAsync(model, "--max-shard-size", "20KB");
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.Contains("--hf-model", run.Out);
        Assert.Contains("model-00003-of-00003.safetensors", run.Out);
        CommandRun compare = await CommandRun.OfAsync("compare", model["elsewhere"], model["again"]);
        Assert.Equal(ExitCode.Done, compare.ExitCode);
    }

    [Fact]
    public async Task An_existing_model_is_replaced_only_on_request()
    {
        using SampleModel model = await ImportedAsync();
        await ExportAsync(model);
        CommandRun refused = await ExportAsync(model);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--overwrite", refused.Error);
        Assert.Equal(ExitCode.Done, (await ExportAsync(model, "--overwrite")).ExitCode);
    }

    [Theory]
    [InlineData("m")]
    [InlineData("m/iter_0000000/hf")]
    public async Task A_target_inside_the_checkpoint_is_refused(string target)
    {
        using SampleModel model = await ImportedAsync();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await CommandRun.OfAsync(
            "export",
            "--megatron-path",
            model["m"],
            "--hf-path",
            model[target],
            "--overwrite"
        );
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task An_interrupted_export_leaves_nothing()
    {
        using SampleModel model = await ImportedAsync();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await CommandRun.OfAsync(
            ["export", "--megatron-path", model["m"], "--hf-path", model["again"]],
            new CancellationToken(canceled: true)
        );
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_refused_and_named()
    {
        using SampleModel model = await ImportedAsync();
        string data = Path.Combine(model["m"], "iter_0000000", "__0_0.distcp");
        using (FileStream file = File.OpenWrite(data))
        {
            file.SetLength(file.Length / 2);
        }

        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await ExportAsync(model);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("__0_0.distcp", run.Error);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task A_folder_that_is_no_checkpoint_is_refused_with_what_was_looked_for()
    {
        using SampleModel model = new();
        Directory.CreateDirectory(model["m"]);
        CommandRun run = await ExportAsync(model);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(".metadata (torch_dist)", run.Error);
    }

    private static async Task<SampleModel> ImportedAsync()
    {
        SampleModel model = new();
        CommandRun run = await CommandRun.OfAsync(
            "import",
            "--hf-model",
            model.Hf,
            "--megatron-path",
            model["m"],
            "--tp",
            "2"
        );
        Assert.Equal(ExitCode.Done, run.ExitCode);
        return model;
    }

    private static Task<CommandRun> ExportAsync(SampleModel model, params string[] more) =>
        CommandRun.OfAsync(["export", "--megatron-path", model["m"], "--hf-path", model["again"], .. more]);
}
