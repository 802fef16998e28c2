using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Conversion;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class ImportVerbTests
{
    [Fact]
    public async Task A_model_becomes_a_checkpoint_and_comes_back_the_same()
    {
        using SampleModel model = new();
        CommandRun import = await CommandRun.OfAsync(
            "import",
            "--hf-model",
            model.Hf,
            "--megatron-path",
            model["m"],
            "-tp",
            "2"
        );
        Assert.Equal((ExitCode.Done, ""), (import.ExitCode, import.Error));
        Assert.Contains("LlamaForCausalLM", import.Out);
        Assert.Contains("__1_0.distcp", import.Out);

        CommandRun export = await CommandRun.OfAsync(
            "export",
            "--megatron-path",
            model["m"],
            "--hf-path",
            model["again"]
        );
        Assert.Equal((ExitCode.Done, ""), (export.ExitCode, export.Error));

        CommandRun compare = await CommandRun.OfAsync("compare", model.Hf, model["again"]);
        Assert.Equal(ExitCode.Done, compare.ExitCode);
    }

    [Fact]
    public async Task A_dry_run_prints_the_plan_and_writes_nothing()
    {
        using SampleModel model = new();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await ImportAsync(model, "--dry-run", "--pp", "2", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.True(run.Json.GetProperty("dry_run").GetBoolean());
        Assert.Equal(2, run.Json.GetProperty("files").GetArrayLength());
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task A_setting_without_a_place_in_Megatron_is_a_warning_and_strict_refuses_it()
    {
        using SampleModel model = new();
        string path = Path.Combine(model.Hf, "config.json");
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        config["rope_scaling"] = new JsonObject
        {
            ["rope_type"] = "llama3",
            ["factor"] = 8.0,
            ["low_freq_factor"] = 2.5,
            ["high_freq_factor"] = 4.0,
            ["original_max_position_embeddings"] = 8192,
        };
        await File.WriteAllTextAsync(path, config.ToJsonString());

        CommandRun run = await ImportAsync(model, "--dry-run", "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        JsonElement warning = Assert.Single(run.Json.GetProperty("warnings").EnumerateArray());
        Assert.Contains("rope_parameters.low_freq_factor = 2.5, the model in Megatron says 1.0", warning.GetString());

        CommandRun strict = await ImportAsync(model, "--strict");
        Assert.NotEqual(ExitCode.Done, strict.ExitCode);
        Assert.Contains("low_freq_factor", strict.Error);
    }

    [Fact]
    public async Task A_setting_can_make_a_config_whole_that_contradicts_itself()
    {
        using SampleModel model = new();
        string path = Path.Combine(model.Hf, "config.json");
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        config["hidden_act"] = "relu";
        await File.WriteAllTextAsync(path, config.ToJsonString());

        CommandRun refused = await ImportAsync(model, "--dry-run");
        CommandRun run = await ImportAsync(model, "--dry-run", "--set", "bias_activation_fusion=false");
        Assert.Contains("With another activation it must be false.", refused.Error);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task The_plan_tells_the_sizes_of_the_files_that_the_run_writes()
    {
        using SampleModel model = new();
        CommandRun plan = await ImportAsync(model, "--dry-run", "--json");
        CommandRun run = await ImportAsync(model, "--json");
        Assert.Equal(("", ""), (plan.Error, run.Error));
        Assert.Equal(plan.Json.GetProperty("files").ToString(), run.Json.GetProperty("files").ToString());
        foreach (JsonElement file in run.Json.GetProperty("files").EnumerateArray())
        {
            string path = Path.Combine(model["m"], "iter_0000000", file.GetProperty("name").GetString()!);
            Assert.Equal(file.GetProperty("bytes").GetInt64(), new FileInfo(path).Length);
        }
    }

    [Fact]
    public async Task Casts_are_reported()
    {
        using SampleModel model = new();
        CommandRun run = await ImportAsync(model, "--torch-dtype", "float32");
        Assert.Contains("Cast 21 tensors from bfloat16 to float32", run.Out);
        JsonElement tensors = (await CommandRun.OfAsync("inspect", model["m"], "--json")).Json.GetProperty("tensors");
        Assert.All(
            tensors.EnumerateArray(),
            tensor => Assert.Equal("float32", tensor.GetProperty("dtype").GetString())
        );
    }

    [Fact]
    public async Task Fields_of_the_model_can_be_set_and_padding_is_trimmed_again()
    {
        using SampleModel model = new();
        CommandRun run = await ImportAsync(
            model,
            "--set",
            "should_pad_vocab=true",
            "--set",
            "make_vocab_size_divisible_by=128"
        );
        Assert.Contains("100", run.Out);
        CommandRun inspect = await CommandRun.OfAsync("inspect", model["m"]);
        Assert.Matches(@"word_embeddings\.weight +bfloat16 +\[128, 32\]", inspect.Out);
        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync("compare", model.Hf, model["m"])).ExitCode);
    }

    [Fact]
    public async Task An_existing_checkpoint_is_replaced_only_on_request()
    {
        using SampleModel model = new();
        await ImportAsync(model);
        IReadOnlyList<string> before = model.Entries;

        CommandRun refused = await ImportAsync(model);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--overwrite", refused.Error);
        Assert.Equal(before, model.Entries);

        Assert.Equal(ExitCode.Done, (await ImportAsync(model, "--overwrite")).ExitCode);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task A_folder_with_other_things_is_never_overwritten()
    {
        using SampleModel model = new();
        await ImportAsync(model);
        await File.WriteAllTextAsync(Path.Combine(model["m"], "thesis.tex"), "years of work");
        CommandRun run = await ImportAsync(model, "--overwrite");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("thesis.tex", run.Error);
        Assert.Equal("years of work", await File.ReadAllTextAsync(Path.Combine(model["m"], "thesis.tex")));
    }

    [Theory]
    [InlineData("hf")]
    [InlineData("hf/inside")]
    [InlineData(".")]
    public async Task A_target_inside_or_around_the_source_is_refused(string target)
    {
        using SampleModel model = new();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await CommandRun.OfAsync(
            "import",
            "--hf-model",
            model.Hf,
            "--megatron-path",
            model[target],
            "--overwrite"
        );
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("inside", run.Error);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task A_target_that_a_link_brings_into_the_source_is_refused()
    {
        using SampleModel model = new();
        Directory.CreateSymbolicLink(model["link"], model.Hf);
        IReadOnlyList<string> before = model.Entries;
        string target = Path.Combine(model["link"], "m");
        CommandRun run = await CommandRun.OfAsync("import", "--hf-model", model.Hf, "--megatron-path", target);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("inside", run.Error);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task A_mount_point_is_refused_before_anything_is_read()
    {
        using SampleModel model = new();
        string mount = DriveInfo.GetDrives().Select(drive => drive.RootDirectory.FullName).First(Directory.Exists);
        CommandRun run = await CommandRun.OfAsync("import", "--hf-model", model["none"], "--megatron-path", mount);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        if (mount != "/") // which is around the model, and refused for that
        {
            Assert.Contains("mount point", run.Error);
        }
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_refused_before_anything_is_written()
    {
        using SampleModel model = new();
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(model.Hf, "config.json")))!.AsObject();
        config["vocab_size"] = 2_000_000_000;
        config["hidden_size"] = 2048; // with that many tokens 8 TB
        config["tie_word_embeddings"] = true;
        HollowModel.Write(config, model["huge"]);
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await CommandRun.OfAsync("import", "--hf-model", model["huge"], "--megatron-path", model["m"]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("the disk is too small", run.Error);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task An_interrupted_import_leaves_nothing()
    {
        using SampleModel model = new();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await CommandRun.OfAsync(
            ["import", "--hf-model", model.Hf, "--megatron-path", model["m"]],
            new CancellationToken(canceled: true)
        );
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.Equal("megatron-bridge: Interrupted. Nothing unfinished was left.\n", run.Error);
        Assert.Equal(before, model.Entries);
    }

    [Theory]
    [InlineData("--tp", "3", "num_attention_heads", 3)]
    [InlineData("--pp", "5", "layers", 3)]
    [InlineData("--set", "shuld_pad_vocab=true", "Did you mean \"should_pad_vocab\"?", 3)]
    [InlineData("--set", "should_pad_vocab=7", "true or false", 3)]
    [InlineData("--tp", "0", "whole number of 1 or more", 2)]
    [InlineData("--tp", "two", "whole number of 1 or more", 2)]
    [InlineData("--torch-dtype", "int8", "bfloat16, float16, float32", 2)]
    [InlineData("--max-memory", "lots", "such as 256MB", 2)]
    [InlineData("--max-memory", "1KB", "at least", 2)]
    [InlineData("--set", "nothing", "FIELD=VALUE", 2)]
    public async Task A_value_that_cannot_be_is_refused(string option, string value, string expected, int code)
    {
        using SampleModel model = new();
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await ImportAsync(model, option, value);
        Assert.Contains(expected, run.Error);
        Assert.Equal(code, (int)run.ExitCode);
        Assert.DoesNotContain("   at ", run.Error);
        Assert.Equal(before, model.Entries);
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        CommandRun run = await CommandRun.OfAsync("import", "--hf-model");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--hf-model needs a value MODEL.", run.Error);
        Assert.Contains("--megatron-path DIR is missing.", run.Error);
    }

    private static Task<CommandRun> ImportAsync(SampleModel model, params string[] more) =>
        CommandRun.OfAsync(["import", "--hf-model", model.Hf, "--megatron-path", model["m"], .. more]);
}
