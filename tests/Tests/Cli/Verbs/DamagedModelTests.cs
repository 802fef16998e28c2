using MegatronBridge.Cli;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cli.Verbs;

/// <summary>Every fault that a model may have is refused with its name, before anything is written.</summary>
public sealed class DamagedModelTests
{
    private const string Index = "model.safetensors.index.json";
    private const string Shard1 = "model-00001-of-00003.safetensors";
    private const string Shard2 = "model-00002-of-00003.safetensors";
    private const string DownProjection = "model.layers.0.mlp.down_proj.weight";

    [Fact]
    public Task An_unsupported_architecture_is_refused_with_the_way_to_learn_more() =>
        IsRefusedAsync(
            model => model.Edit("config.json", "LlamaForCausalLM", "UnheardOfForCausalLM"),
            ExitCode.UnsupportedModel,
            "UnheardOfForCausalLM",
            "megatron-bridge models",
            "megatron-bridge inspect "
        );

    [Fact]
    public Task A_folder_that_does_not_exist_is_refused() =>
        IsRefusedAsync(model => Directory.Delete(model.Hf, recursive: true), ExitCode.BadInput, "does not exist");

    [Fact]
    public async Task A_file_in_the_stead_of_a_folder_is_refused()
    {
        using SampleModel model = new();
        string file = Path.Combine(model.Hf, "config.json");
        CommandRun run = await CommandRun.OfAsync("import", "--hf-model", file, "--megatron-path", model["m"]);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("this is a file", run.Error);
    }

    [Fact]
    public Task A_folder_without_config_is_refused() =>
        IsRefusedAsync(model => Delete(model, "config.json"), ExitCode.BadInput, "there is no config.json");

    [Fact]
    public Task A_config_that_is_no_json_is_refused() =>
        IsRefusedAsync(
            model => model.Edit("config.json", "\"vocab_size\": 100", "\"vocab_size\": 1,,"),
            ExitCode.BadInput,
            "config.json"
        );

    [Fact]
    public Task A_config_without_what_is_needed_is_refused() =>
        IsRefusedAsync(
            model => model.Edit("config.json", "\"num_hidden_layers\": 2,", ""),
            ExitCode.BadInput,
            "num_hidden_layers"
        );

    [Fact]
    public Task A_missing_shard_is_named() =>
        IsRefusedAsync(model => Delete(model, Shard2), ExitCode.BadInput, Shard2, "does not exist");

    [Fact]
    public Task A_truncated_shard_is_named() =>
        IsRefusedAsync(
            model =>
            {
                using FileStream file = File.OpenWrite(Path.Combine(model.Hf, Shard1));
                file.SetLength(file.Length - 1);
            },
            ExitCode.BadInput,
            Shard1
        );

    [Fact]
    public Task A_tensor_of_the_index_that_is_in_no_file_is_named() =>
        IsRefusedAsync(
            model => model.Edit(Index, $"\"{DownProjection}\"", $"\"not.{DownProjection}\""),
            ExitCode.BadInput,
            $"'not.{DownProjection}' should be in {Shard2}",
            $"'{DownProjection}' is in {Shard2}"
        );

    [Fact]
    public Task A_shape_that_contradicts_the_config_is_refused_with_both_shapes() =>
        IsRefusedAsync(
            model => model.Edit("config.json", "\"intermediate_size\": 64", "\"intermediate_size\": 96"),
            ExitCode.BadInput,
            $"{DownProjection} should have the shape [32, 96], but has [32, 64]",
            "model.layers.1.mlp.up_proj.weight"
        );

    [Fact]
    public Task Tensors_that_the_model_needs_are_all_named_when_they_are_missing() =>
        IsRefusedAsync(
            model => model.Edit("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"),
            ExitCode.BadInput,
            "model.layers.2.input_layernorm.weight [32] is missing",
            "model.layers.2.self_attn.k_proj.weight"
        );

    [Fact]
    public Task Tensors_that_no_mapping_uses_are_named() =>
        IsRefusedAsync(
            model => model.Edit("config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"),
            ExitCode.BadInput,
            "model.layers.1.input_layernorm.weight [32] is in the checkpoint, but no mapping"
        );

    [Fact]
    public async Task A_tensor_that_the_family_knows_to_ignore_is_reported()
    {
        using SampleModel model = new();
        await AddAsync(model, "model.layers.0.self_attn.rotary_emb.inv_freq", new ZeroView(DType.F32, [4]));
        string[] arguments = ["import", "--hf-model", model.Hf, "--megatron-path", model["m"]];
        CommandRun strict = await CommandRun.OfAsync([.. arguments, "--strict"]);
        Assert.Equal(ExitCode.BadInput, strict.ExitCode);
        Assert.Contains("rotary_emb.inv_freq", strict.Error);

        CommandRun run = await CommandRun.OfAsync(arguments);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Left out model.layers.0.self_attn.rotary_emb.inv_freq: ", run.Out);

        string[] back = ["export", "--megatron-path", model["m"], "--hf-path", model["again"]];
        strict = await CommandRun.OfAsync([.. back, "--strict"]);
        Assert.Equal(ExitCode.BadInput, strict.ExitCode);
        Assert.Contains("come from the original model", strict.Error);
        Assert.Contains("model.layers.0.self_attn.rotary_emb.inv_freq", strict.Error);

        run = await CommandRun.OfAsync(back);
        Assert.Contains("Took over from the original model.layers.0.self_attn.rotary_emb.inv_freq: ", run.Out);
        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync("compare", model.Hf, model["again"])).ExitCode);
    }

    private static async Task IsRefusedAsync(Action<SampleModel> damage, ExitCode code, params string[] expected)
    {
        using SampleModel model = new();
        damage(model);
        IReadOnlyList<string> before = model.Entries;
        CommandRun run = await CommandRun.OfAsync("import", "--hf-model", model.Hf, "--megatron-path", model["m"]);
        Assert.All(expected, text => Assert.Contains(text, run.Error));
        Assert.Equal(code, run.ExitCode);
        Assert.Empty(run.Out);
        Assert.DoesNotContain("   at ", run.Error);
        Assert.Equal(before, model.Entries);
    }

    private static void Delete(SampleModel model, string name) => File.Delete(Path.Combine(model.Hf, name));

    /// <summary>Writes the model again as one file, with one tensor more.</summary>
    private static async Task AddAsync(SampleModel model, string name, TensorView tensor)
    {
        using (SafetensorsFolder folder = SafetensorsFolder.Open(model.Hf))
        {
            Dictionary<string, TensorView> tensors = new(folder.Tensors) { [name] = tensor };
            ShardPlan plan = ShardPlan.BySize(tensors, long.MaxValue);
            await TransferEngine.RunAsync(plan.ToLayouts(tensors, null), model["one"], TransferOptions.Default);
        }

        foreach (string old in Directory.EnumerateFiles(model.Hf, "model*"))
        {
            File.Delete(old);
        }

        File.Move(
            Path.Combine(model["one"], WeightNames.Transformers.SingleFile),
            Path.Combine(model.Hf, WeightNames.Transformers.SingleFile)
        );
    }
}
