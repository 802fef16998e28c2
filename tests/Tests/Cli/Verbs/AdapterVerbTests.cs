using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Adapters;

namespace MegatronBridge.Tests.Cli.Verbs;

/// <summary>The verbs below <c>adapter</c>, as somebody types them.</summary>
public sealed class AdapterVerbTests
{
    [Fact]
    public async Task Export_import_and_merge_work_one_after_the_other()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();

        CommandRun export = await RunAsync($"export --megatron-path {sample.Megatron} --hf-path {sample["peft"]}");
        CommandRun import = await RunAsync(
            $"import --hf-adapter {sample["peft"]} --base {model} --megatron-path {sample["again"]}"
        );
        CommandRun ofPeft = await RunAsync(
            $"merge --base {model} --adapter {sample["peft"]} --output {sample["merged"]}"
        );
        CommandRun ofMegatron = await RunAsync(
            $"merge --base {model} --adapter {sample["again"]} --output {sample["merged2"]}"
        );

        Assert.All([export, import, ofPeft, ofMegatron], run => Assert.Equal((ExitCode.Done, ""), Outcome(run)));
        Assert.Contains($"Wrote {sample["peft"]}", export.Out, StringComparison.Ordinal);
        Assert.Contains("In Megatron this is Lora, rank 4, alpha 6.", import.Out, StringComparison.Ordinal);
        Assert.Contains("28 weights are merged with adapters of rank 4", ofPeft.Out, StringComparison.Ordinal);
        Assert.Equal(AdapterSample.Tensors(sample.Peft), AdapterSample.Tensors(sample["peft"]));
        Assert.Equal(
            AdapterSample.CheckpointTensors(sample.Megatron),
            AdapterSample.CheckpointTensors(sample["again"])
        );
        CommandRun same = await CommandRun.OfAsync("compare", sample["merged"], sample["merged2"]);
        CommandRun other = await CommandRun.OfAsync("compare", model, sample["merged"]);
        Assert.Equal((ExitCode.Done, ExitCode.Different), (same.ExitCode, other.ExitCode));
    }

    [Theory]
    [InlineData("export --lora-checkpoint {megatron} --output {target} --hf-model-path {base}", 56)]
    [InlineData("import --hf-adapter {peft} --base {base} --megatron-path {target}", 8)]
    [InlineData("merge --base {base} --adapter {peft} --output {target}", 38)]
    public async Task Every_verb_has_a_plan_and_json_and_replaces_only_when_asked(string arguments, int tensors)
    {
        using AdapterSample sample = new("llama-lora");
        arguments = await FillAsync(sample, arguments);
        string target = sample["target"];

        CommandRun plan = await RunAsync($"{arguments} --dry-run");
        Assert.Equal((ExitCode.Done, ""), Outcome(plan));
        Assert.Contains($"Would write {target}", plan.Out, StringComparison.Ordinal);
        CommandRun planned = await RunAsync($"{arguments} --dry-run --json");
        Assert.False(Directory.Exists(target));

        CommandRun done = await RunAsync($"{arguments} --json --threads 1 --max-memory 4MB --no-progress");
        Assert.Equal((ExitCode.Done, ""), Outcome(done));
        Assert.True(planned.Json.GetProperty("dry_run").GetBoolean());
        Assert.False(done.Json.GetProperty("dry_run").GetBoolean());
        Assert.Equal(tensors, done.Json.GetProperty("target_tensors").GetInt32());
        Assert.Equal("LlamaForCausalLM", done.Json.GetProperty("architecture").GetString());
        Assert.Equal(target, done.Json.GetProperty("target").GetString());
        foreach (string same in (string[])["files", "parameters", "source_tensors", "notes"])
        {
            Assert.Equal(planned.Json.GetProperty(same).GetRawText(), done.Json.GetProperty(same).GetRawText());
        }

        CommandRun again = await RunAsync($"{arguments} --json");
        Assert.Equal(ExitCode.BadInput, again.ExitCode);
        Assert.Equal("bad_file", Error(again).GetProperty("kind").GetString());
        Assert.Contains("--overwrite", again.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(target, "mine.txt"), "mine");
        Assert.Equal(ExitCode.BadInput, (await RunAsync($"{arguments} --overwrite")).ExitCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(target, "mine.txt")));
        File.Delete(Path.Combine(target, "mine.txt"));
        Assert.Equal((ExitCode.Done, ""), Outcome(await RunAsync($"{arguments} --overwrite")));
    }

    [Theory]
    [InlineData("export --megatron-path {megatron} --hf-path {target}")]
    [InlineData("import --hf-adapter {peft} --base {base} --megatron-path {target}")]
    public async Task Tensors_are_cast_when_asked_and_each_is_named(string arguments)
    {
        using AdapterSample sample = new("llama-lora");
        CommandRun run = await RunAsync(await FillAsync(sample, $"{arguments} --torch-dtype float32 --json"));

        Assert.Equal((ExitCode.Done, ""), Outcome(run));
        JsonElement[] casts = [.. run.Json.GetProperty("casts").EnumerateArray()];
        Assert.Equal(56, casts.Length);
        Assert.All(casts, cast => Assert.Equal("float32", cast.GetProperty("to").GetString()));
        Assert.Equal(
            run.Json.GetProperty("parameters").GetInt64() * sizeof(float),
            arguments.StartsWith("export", StringComparison.Ordinal)
                ? AdapterSample.ByteCount(sample["target"])
                : AdapterSample.ByteCount(sample.Peft) * 2
        );
    }

    [Fact]
    public async Task The_adapter_names_the_base_that_it_is_told_to()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        string export = $"export --megatron-path {sample.Megatron} --hf-path";

        await RunAsync($"{export} {sample["named"]} --hf-model {model} --base-name org/name");
        await RunAsync($"{export} {sample["given"]} --hf-model {model}");
        await RunAsync($"{export} {sample["silent"]}");

        Assert.Equal("org/name", Base("named"));
        Assert.Equal(model, Base("given"));
        Assert.Equal("hf", Base("silent")); // what the checkpoint says

        // A folder that the adapter names needs no --base.
        CommandRun import = await RunAsync($"import --hf-adapter {sample["given"]} --megatron-path {sample["again"]}");
        Assert.Equal((ExitCode.Done, ""), Outcome(import));
        CommandRun nowhere = await RunAsync($"import --hf-adapter {sample["named"]} --megatron-path {sample["no"]}");
        Assert.Equal(ExitCode.BadInput, nowhere.ExitCode);
        Assert.Contains("org/name", nowhere.Error, StringComparison.Ordinal);
        Assert.Contains("--base", nowhere.Error, StringComparison.Ordinal);

        string? Base(string folder) =>
            JsonNode.Parse(File.ReadAllText(Path.Combine(sample[folder], "adapter_config.json")))![
                "base_model_name_or_path"
            ]!.GetValue<string>();
    }

    [Theory]
    [InlineData("--tp 2")]
    [InlineData("--tp 2 --pp 2")]
    [InlineData("--pp 2 --vp 2")]
    public async Task A_layout_cuts_the_checkpoint_and_changes_nothing_else(string layout)
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        CommandRun import = await RunAsync(
            $"import --hf-adapter {sample.Peft} --base {model} --megatron-path {sample["cut"]} {layout}"
        );
        Assert.Equal((ExitCode.Done, ""), Outcome(import));
        CommandRun export = await RunAsync($"export --megatron-path {sample["cut"]} --hf-path {sample["back"]}");
        Assert.Equal((ExitCode.Done, ""), Outcome(export));
        Assert.Equal(AdapterSample.Tensors(sample.Peft), AdapterSample.Tensors(sample["back"]));
    }

    [Theory]
    [InlineData("--ep 2")]
    [InlineData("--ep 4 --etp 2 --tp 2")]
    public async Task Experts_are_cut_too(string layout)
    {
        using AdapterSample sample = new("qwen3moe-lora-perexpert");
        string model = await sample.WriteBaseAsync();
        CommandRun import = await RunAsync(
            $"import --hf-adapter {sample.Peft} --base {model} --megatron-path {sample["cut"]} {layout}"
        );
        Assert.Equal((ExitCode.Done, ""), Outcome(import));
        await RunAsync($"export --megatron-path {sample["cut"]} --hf-path {sample["back"]}");
        Assert.Equal(AdapterSample.Tensors(sample.Peft), AdapterSample.Tensors(sample["back"]));
    }

    [Theory]
    [InlineData(
        "export",
        "--megatron-path",
        "--hf-path",
        "--hf-model",
        "--base-name",
        "--packed-experts",
        "--torch-dtype"
    )]
    [InlineData("import", "--hf-adapter", "--megatron-path", "--base", "--tp", "--etp", "--torch-dtype")]
    [InlineData("merge", "--base", "--adapter", "--output", "--threads", "--max-memory")]
    public async Task Help_has_every_option_and_an_example(string verb, params string[] options)
    {
        CommandRun run = await RunAsync($"{verb} --help");
        Assert.Equal((ExitCode.Done, ""), Outcome(run));
        Assert.Contains($"Example:\n  megatron-bridge adapter {verb} ", run.Out, StringComparison.Ordinal);
        foreach (string option in (string[])[.. options, "--overwrite", "--dry-run", "--no-progress", "--json"])
        {
            Assert.Matches($@"(?m)^  {option}\b", run.Out);
        }

        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Theory]
    [InlineData("", "Which verb? One of export, import, merge.")]
    [InlineData("exprt", "Did you mean export?")]
    [InlineData("export --hf-path x", "--megatron-path")]
    [InlineData("import --megatron-path x", "--hf-adapter")]
    [InlineData("merge --base x --adapter y", "--output")]
    [InlineData("merge --base x --adapter y --output z --overwrit", "Did you mean --overwrite?")]
    [InlineData("import --hf-adapter x --megatron-path y --tp 0", "--tp")]
    [InlineData("import --hf-adapter x --megatron-path y --torch-dtype int3", "int3")]
    [InlineData("export --megatron-path x --hf-path y --threads none", "--threads")]
    [InlineData("export --megatron-path x --hf-path y surplus", "Unexpected argument surplus")]
    public async Task Wrong_arguments_are_refused_with_what_was_meant(string arguments, string expected)
    {
        CommandRun run = await RunAsync(arguments);
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Contains("See megatron-bridge adapter", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("export --megatron-path {none} --hf-path {target}", "{none}")]
    [InlineData("export --megatron-path {megatron} --hf-model {none} --hf-path {target}", "{none}")]
    [InlineData("import --hf-adapter {none} --base {base} --megatron-path {target}", "adapter_config.json")]
    [InlineData("import --hf-adapter {peft} --base {none} --megatron-path {target}", "{none}")]
    [InlineData("import --hf-adapter {empty} --base {base} --megatron-path {target}", "adapter_model.safetensors")]
    [InlineData("merge --base {none} --adapter {peft} --output {target}", "{none}")]
    [InlineData("merge --base {base} --adapter {none} --output {target}", "{none}")]
    [InlineData("merge --base {base} --adapter {base} --output {target}", "{base}")]
    [InlineData("export --megatron-path {megatron} --hf-path {megatron}/inside", "inside")]
    public async Task What_is_not_there_is_told_and_nothing_is_written(string arguments, string expected)
    {
        using AdapterSample sample = new("llama-lora");
        Directory.CreateDirectory(sample["empty"]);
        File.Copy(
            Path.Combine(sample.Peft, "adapter_config.json"),
            Path.Combine(sample["empty"], "adapter_config.json")
        );
        CommandRun run = await RunAsync(await FillAsync(sample, $"{arguments} --json"));
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(await FillAsync(sample, expected), run.Error, StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.BadInput, Error(run).GetProperty("exit_code").GetInt32());
        Assert.False(Directory.Exists(sample["target"]));
        Assert.False(Directory.Exists(Path.Combine(sample.Megatron, "inside")));
    }

    [Theory]
    [InlineData("", "adapter_config.json")]
    [InlineData("[]", "adapter_config.json")]
    [InlineData("{\"peft_type\": \"LORA\"", "adapter_config.json")]
    [InlineData("{}", "peft_type is missing")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 1e308}", "r is 1e308")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": \"4\"}", "r is \"4\"")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": NaN}", "lora_alpha is")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"rank_pattern\": {\"q_proj\": -1}}", "rank_pattern")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"rank_pattern\": {\"(q\": 4}}", "rank_pattern")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"rank_pattern\": [1]}", "rank_pattern")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"alpha_pattern\": {\"q_proj\": \"x\"}}", "alpha_pattern")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"modules_to_save\": [\"lm_head\"]}", "modules_to_save")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"use_dora\": true}", "lora_magnitude_vector")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"target_modules\": [\"q_proj\"]}", "does not name it")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"exclude_modules\": [\"q_proj\"]}", "does not name it")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"use_dora\": \"yes\"}", "use_dora is \"yes\"")]
    public async Task A_hostile_config_is_bad_input_to_import_and_merge(string config, string expected)
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        DamagedAdapter.Copy(sample.Peft, sample["bad"]);
        await File.WriteAllTextAsync(Path.Combine(sample["bad"], "adapter_config.json"), config);

        CommandRun import = await RunAsync(
            $"import --hf-adapter {sample["bad"]} --base {model} --megatron-path {sample["target"]}"
        );
        CommandRun merge = await RunAsync(
            $"merge --adapter {sample["bad"]} --base {model} --output {sample["target"]}"
        );

        foreach (CommandRun run in (CommandRun[])[import, merge])
        {
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(sample["target"]));
    }

    [Fact]
    public async Task All_faults_of_an_adapter_are_in_the_document()
    {
        using AdapterSample llama = new("llama-lora");
        using AdapterSample deepseek = new("deepseek_v3-lora");
        string model = await llama.WriteBaseAsync();
        CommandRun run = await RunAsync(
            $"merge --base {model} --adapter {deepseek.Peft} --output {llama["target"]} --json"
        );
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Equal("mapping", Error(run).GetProperty("kind").GetString());
        Assert.True(Error(run).GetProperty("faults").GetArrayLength() > 10);
    }

    private static JsonElement Error(CommandRun run) => run.Json.GetProperty("error");

    private static (ExitCode ExitCode, string Error) Outcome(CommandRun run) => (run.ExitCode, run.Error);

    private static Task<CommandRun> RunAsync(string arguments) =>
        CommandRun.OfAsync(["adapter", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>Puts the test's folders into a command line.</summary>
    private static async Task<string> FillAsync(AdapterSample sample, string arguments) =>
        arguments
            .Replace("{megatron}", sample.Megatron, StringComparison.Ordinal)
            .Replace("{peft}", sample.Peft, StringComparison.Ordinal)
            .Replace("{target}", sample["target"], StringComparison.Ordinal)
            .Replace("{none}", sample["none"], StringComparison.Ordinal)
            .Replace("{empty}", sample["empty"], StringComparison.Ordinal)
            .Replace(
                "{base}",
                arguments.Contains("{base}", StringComparison.Ordinal) && !Directory.Exists(sample["base"])
                    ? await sample.WriteBaseAsync()
                    : sample["base"],
                StringComparison.Ordinal
            );
}
