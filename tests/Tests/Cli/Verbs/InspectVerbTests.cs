using System.Text.Json;
using MegatronBridge.Cli;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class InspectVerbTests
{
    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    [Theory]
    [InlineData("safetensors/hf-sharded", "Hugging Face model", 21)]
    [InlineData("safetensors/hf-sharded/model-00001-of-00003.safetensors", "safetensors file", 6)]
    [InlineData("safetensors/zoo/all_dtypes.safetensors", "safetensors file", 20)]
    [InlineData("torch_dist/megatron-dist-tp2pp2", "Megatron distributed checkpoint (torch_dist)", 17)]
    [InlineData("torch_dist/bridge-save", "Megatron distributed checkpoint (torch_dist)", 9)]
    [InlineData("torch_dist/bridge-save/iter_0000000", "Megatron distributed checkpoint (torch_dist)", 9)]
    [InlineData("torch_dist/dcp-2rank", "distributed checkpoint of torch", 6)]
    [InlineData("torch_dist/legacy-torch-mp_rank", "legacy Megatron-LM checkpoint", 9)]
    public async Task Every_kind_is_recognised_and_its_tensors_listed(string path, string kind, int tensors)
    {
        CommandRun run = await CommandRun.OfAsync("inspect", Path.Combine(Fixtures, path), "--stats", "--json");
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.StartsWith(kind, run.Json.GetProperty("kind").GetString());
        Assert.Equal(tensors, run.Json.GetProperty("tensors").GetArrayLength());

        CommandRun text = await CommandRun.OfAsync("inspect", Path.Combine(Fixtures, path));
        Assert.Contains(kind, text.Out);
        foreach (JsonElement tensor in run.Json.GetProperty("tensors").EnumerateArray())
        {
            Assert.Contains($"\n{tensor.GetProperty("name").GetString()} ", text.Out);
        }
    }

    [Theory]
    [InlineData("torch_dist/bridge-llama-tp2pp2", 2, 2, "by the checkpoint's config")]
    [InlineData("torch_dist/megatron-dist-tp2pp2", 2, 2, "guessed")]
    [InlineData("torch_dist/megatron-dist-commonpt", 2, 2, "by the checkpoint's config")]
    [InlineData("torch_dist/megatron-dist-fullyparallel-dp2", 1, 1, "guessed")]
    [InlineData("torch_dist/megatron-dist-nonhomogeneous-tp2", 2, 1, "guessed")]
    [InlineData("torch_dist/megatron-dist-moe-freq-pp2", 1, 2, "guessed")]
    [InlineData("torch_dist/legacy-torch-mp_rank", 2, 2, "by the checkpoint's config")]
    public async Task The_layout_is_known_or_guessed(string path, int tp, int pp, string source)
    {
        CommandRun run = await CommandRun.OfAsync("inspect", Path.Combine(Fixtures, path), "--json");
        JsonElement layout = run.Json.GetProperty("layout");
        Assert.Equal((tp, pp), (layout.GetProperty("tp").GetInt32(), layout.GetProperty("pp").GetInt32()));
        Assert.StartsWith(source, layout.GetProperty("known_from").GetString());
    }

    [Fact]
    public async Task An_unsupported_model_is_told_how_far_it_is_from_the_nearest()
    {
        using SampleModel model = new();
        model.Edit("config.json", "LlamaForCausalLM", "UnheardOfForCausalLM");
        model.Edit("config.json", "\"mlp_bias\": false", "\"mlp_bias\": false, \"unheard_of\": [1, 2]");
        CommandRun run = await CommandRun.OfAsync("inspect", model.Hf, "--summary");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("LlamaForCausalLM", run.Out);
        Assert.Contains("12 of 12", run.Out);
        Assert.Contains("unheard_of = [1,2]", run.Out);
        Assert.Contains("--skeleton", run.Out);

        CommandRun json = await CommandRun.OfAsync("inspect", model.Hf, "--summary", "--json");
        JsonElement nearest = json.Json.GetProperty("model").GetProperty("nearest")[0];
        Assert.Equal("LlamaForCausalLM", nearest.GetProperty("architecture").GetString());
        Assert.Equal(2, nearest.GetProperty("unknown_fields").GetProperty("unheard_of").GetArrayLength());

        CommandRun skeleton = await CommandRun.OfAsync("inspect", model.Hf, "--skeleton");
        Assert.Contains("public static class UnheardOf", skeleton.Out);
        CommandRun none = await CommandRun.OfAsync(
            "inspect",
            Path.Combine(Fixtures, "torch_dist/bridge-save"),
            "--skeleton"
        );
        Assert.Equal(ExitCode.BadInput, none.ExitCode);
    }

    [Fact]
    public async Task A_field_that_the_family_does_not_read_is_told()
    {
        using SampleModel model = new();
        CommandRun plain = await CommandRun.OfAsync("inspect", model.Hf, "--summary");
        Assert.DoesNotContain("beyond", plain.Out);
        model.Edit("config.json", "\"mlp_bias\": false", "\"mlp_bias\": false, \"unheard_of\": 1");
        CommandRun run = await CommandRun.OfAsync("inspect", model.Hf, "--summary");
        Assert.Contains("unheard_of = 1", run.Out);
        Assert.DoesNotContain("--skeleton", run.Out);
    }

    [Fact]
    public async Task Statistics_are_those_of_the_tensor()
    {
        CommandRun run = await CommandRun.OfAsync(
            "inspect",
            Path.Combine(Fixtures, "safetensors/hf-sharded"),
            "--stats",
            "--json"
        );
        JsonElement norm = Tensor(run, "model.norm.weight").GetProperty("stats");
        Assert.Equal(1, norm.GetProperty("mean").GetDouble());
        Assert.Equal(0, norm.GetProperty("std").GetDouble());
        Assert.Equal(0, norm.GetProperty("nan").GetInt32());
    }

    [Fact]
    public async Task The_mapping_names_every_tensor_of_the_model_once()
    {
        CommandRun run = await CommandRun.OfAsync(
            "inspect",
            Path.Combine(Fixtures, "safetensors/hf-sharded"),
            "--mapping",
            "--json"
        );
        IEnumerable<string?> mapped = run
            .Json.GetProperty("mapping")
            .EnumerateArray()
            .SelectMany(row => row.GetProperty("hf").EnumerateArray().Select(name => name.GetString()));
        IEnumerable<string?> tensors = run
            .Json.GetProperty("tensors")
            .EnumerateArray()
            .Select(tensor => tensor.GetProperty("name").GetString());
        Assert.Equal(tensors.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));

        CommandRun text = await CommandRun.OfAsync(
            "inspect",
            Path.Combine(Fixtures, "safetensors/hf-sharded"),
            "--mapping",
            "--summary"
        );
        Assert.Matches(@"linear_qkv\.weight +\[64, 32\] +qkv +model\.layers\.0\.self_attn\.q_proj\.weight, ", text.Out);
    }

    [Fact]
    public async Task A_model_that_does_not_fit_its_config_is_shown_with_its_faults()
    {
        using SampleModel model = new();
        model.Edit("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
        CommandRun run = await CommandRun.OfAsync("inspect", model.Hf);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("LlamaForCausalLM; 9 tensors do not fit its config", run.Out);
        Assert.Contains("model.layers.2.input_layernorm.weight [32] is missing", run.Out);
    }

    [Fact]
    public async Task An_unsupported_model_is_shown_all_the_same()
    {
        using SampleModel model = new();
        model.Edit("config.json", "LlamaForCausalLM", "UnheardOfForCausalLM");
        CommandRun run = await CommandRun.OfAsync("inspect", model.Hf, "--json");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        JsonElement identity = run.Json.GetProperty("model");
        Assert.Equal("UnheardOfForCausalLM", identity.GetProperty("architecture").GetString());
        Assert.False(identity.GetProperty("supported").GetBoolean());
        Assert.Equal(21, run.Json.GetProperty("tensors").GetArrayLength());
    }

    [Fact]
    public async Task Files_of_torch_are_shown_whatever_they_hold_and_nothing_is_executed()
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Fixtures, "torch", "pt-misc"), "*.p*")];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            CommandRun run = await CommandRun.OfAsync("inspect", file, "--stats", "--json");
            Assert.True(run.ExitCode is ExitCode.Done or ExitCode.BadInput, $"{file}: {run.Error}");
        }
    }

    [Fact]
    public async Task Control_characters_of_a_file_do_not_reach_the_terminal()
    {
        using SampleModel model = new();
        string header = "{\"a\\u001b[2Jb\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        byte[] bytes = [(byte)header.Length, 0, 0, 0, 0, 0, 0, 0, .. System.Text.Encoding.UTF8.GetBytes(header), 7];
        await File.WriteAllBytesAsync(model["x.safetensors"], bytes);
        CommandRun run = await CommandRun.OfAsync("inspect", model["x.safetensors"]);
        Assert.Contains("a\uFFFD[2Jb", run.Out);
        Assert.DoesNotContain("\u001b", run.Out);
    }

    [Theory]
    [InlineData("nowhere", "does not exist")]
    [InlineData("text.txt", "neither")]
    [InlineData(".", "there is no checkpoint in it")]
    public async Task What_is_no_checkpoint_is_refused(string path, string expected)
    {
        using SampleModel model = new();
        await File.WriteAllTextAsync(model["text.txt"], "Call me Ishmael.");
        CommandRun run = await CommandRun.OfAsync("inspect", model[path]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }

    private static JsonElement Tensor(CommandRun run, string name) =>
        run
            .Json.GetProperty("tensors")
            .EnumerateArray()
            .Single(tensor => tensor.GetProperty("name").GetString() == name);
}
