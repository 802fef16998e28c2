using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class MemoryVerbTests
{
    private static readonly string Llama = Path.Combine(
        AppContext.BaseDirectory,
        "Fixtures",
        "models",
        "llama-3.1-8b.json"
    );

    [Fact]
    public async Task A_layout_is_told_stage_by_stage()
    {
        CommandRun run = await CommandRun.OfAsync([
            .. Arguments("--tp 2 --pp 2 --gpus 8 --gpu-memory 80GB --seq-length 8192"),
            "--json",
        ]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(8_030_261_248, run.Json.GetProperty("parameters").GetProperty("total").GetInt64());
        Assert.Equal(2, run.Json.GetProperty("layout").GetProperty("dp").GetInt32());
        JsonElement[] stages = [.. run.Json.GetProperty("stages").EnumerateArray()];
        Assert.Equal(2, stages.Length);
        Assert.Equal(
            run.Json.GetProperty("total").GetInt64(),
            stages.Max(stage => stage.GetProperty("total").GetInt64())
        );
        Assert.All(
            stages,
            stage =>
                Assert.Equal(
                    stage.GetProperty("total").GetInt64(),
                    new[] { "weights", "gradients", "optimizer_state", "activations", "transient" }.Sum(part =>
                        stage.GetProperty(part).GetInt64()
                    )
                )
        );
        Assert.True(run.Json.GetProperty("fits").GetBoolean());
    }

    [Fact]
    public async Task Text_tells_whether_it_fits_and_what_is_missing()
    {
        CommandRun fits = await CommandRun.OfAsync(Arguments("--tp 8 --gpu-memory 80GB"));
        CommandRun not = await CommandRun.OfAsync(Arguments("--gpu-memory 80GB --no-distributed-optimizer"));

        Assert.Contains("It fits:", fits.Out, StringComparison.Ordinal);
        Assert.Contains("It does not fit: stage 0 needs", not.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, not.ExitCode);
    }

    /// <summary>Someone who says --tp 1 wants this layout, not all.</summary>
    [Theory]
    [InlineData("--tp 1 --gpus 8", 8)]
    [InlineData("--dp 1 --tp 2 --gpus 2", 1)]
    [InlineData("--cp 1 --gpus 4", 4)]
    public async Task A_size_of_1_is_a_layout_too(string options, int dp)
    {
        CommandRun run = await CommandRun.OfAsync([.. Arguments(options), "--json"]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(dp, run.Json.GetProperty("layout").GetProperty("dp").GetInt32());
    }

    [Theory]
    [InlineData("--tp 2 --max-cp 4", "--max-cp is for the search of layouts")]
    [InlineData("--limit 3", "--limit is for the search of layouts")]
    [InlineData("--gpus 8 --gpu-memory 80GB --kv-cache-batch 2", "--kv-cache-batch is for one layout")]
    [InlineData("--headroom 0.2", "--headroom is a share of --gpu-memory")]
    [InlineData("--gpu-memory 80GB --headroom 1", "from 0 to less than 1")]
    [InlineData("--recompute-modules core_attn", "without --recompute-granularity selective")]
    [InlineData("--recompute-granularity full --recompute-modules mlp", "without --recompute-granularity selective")]
    [InlineData("--recompute-num-layers 1", "without --recompute-granularity full")]
    [InlineData("--recipe llama31_8b_sft", "not several")]
    [InlineData("--dora --canonical-lora", "Give one of --lora, --dora")]
    public async Task Options_that_would_say_nothing_are_refused(string options, string message)
    {
        CommandRun run = await CommandRun.OfAsync(Arguments(options));

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dp 2147483647 --tp 8", "more ranks than can be counted")]
    [InlineData("--tp 2 --lora-rank 3", "The rank of the adapters (3) must be a multiple")]
    [InlineData("--lora-targets linear_qkv,foo", "no linear layer called foo")]
    public async Task What_does_not_fit_the_model_is_refused(string options, string message)
    {
        CommandRun run = await CommandRun.OfAsync(Arguments(options));

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    /// <summary>The layout, batches, optimizer and adapters are those of the recipe, unless options say otherwise.</summary>
    [Fact]
    public async Task A_recipe_tells_everything_itself()
    {
        CommandRun run = await CommandRun.OfAsync(["memory", "--recipe", "llama3_70b_peft", "--json"]);
        CommandRun other = await CommandRun.OfAsync([
            "memory",
            "--recipe",
            "llama3_70b_peft",
            "--set",
            "peft.dim=32",
            "--set",
            "model.tensor_model_parallel_size=4",
            "--gpus",
            "16",
            "--json",
        ]);

        JsonElement recipe = JsonDocument
            .Parse((await CommandRun.OfAsync(["recipe", "show", "llama3_70b_peft", "--format", "json"])).Out)
            .RootElement;
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(
            recipe.GetProperty("peft").GetProperty("dim").GetInt32(),
            run.Json.GetProperty("lora_rank").GetInt32()
        );
        Assert.Equal(32, other.Json.GetProperty("lora_rank").GetInt32());
        Assert.Equal(4, other.Json.GetProperty("layout").GetProperty("tp").GetInt32());
        Assert.Equal(16, other.Json.GetProperty("gpus").GetInt32());
    }

    [Fact]
    public async Task The_file_of_a_run_is_read_as_its_recipe()
    {
        using TemporaryFolder folder = new();
        string file = folder["run.yaml"];
        await File.WriteAllTextAsync(
            file,
            (await CommandRun.OfAsync(["recipe", "show", "llama31_8b_sft"])).Out,
            TestContext.Current.CancellationToken
        );

        CommandRun run = await CommandRun.OfAsync(["memory", "--recipe", file, "--json"]);
        CommandRun named = await CommandRun.OfAsync(["memory", "--recipe", "llama31_8b_sft", "--json"]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(named.Json.GetProperty("stages").GetRawText(), run.Json.GetProperty("stages").GetRawText());
    }

    [Fact]
    public async Task Without_sizes_all_layouts_are_looked_at()
    {
        CommandRun run = await CommandRun.OfAsync(Arguments("--gpus 8 --gpu-memory 80GB"));
        CommandRun json = await CommandRun.OfAsync([.. Arguments("--gpus 8 --gpu-memory 80GB"), "--json"]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("layouts fit", run.Out, StringComparison.Ordinal);
        JsonElement[] layouts = [.. json.Json.GetProperty("layouts").EnumerateArray()];
        Assert.Equal(
            json.Json.GetProperty("fitting").GetInt32(),
            layouts.Count(layout => layout.GetProperty("fits").GetBoolean())
        );
        Assert.All(
            layouts.Where(layout => !layout.GetProperty("fits").GetBoolean()),
            layout => Assert.NotEqual("", layout.GetProperty("obstacle").GetString())
        );
    }

    [Fact]
    public async Task Adapters_beside_frozen_weights_need_less()
    {
        CommandRun run = await CommandRun.OfAsync([.. Arguments("--tp 2 --lora-rank 16"), "--json"]);
        JsonElement stage = run.Json.GetProperty("stages")[0];
        Assert.Equal(71_303_168 / 4, stage.GetProperty("trainable_parameters").GetInt64());
        Assert.Equal(71_303_168, stage.GetProperty("gradients").GetInt64());
        Assert.Equal(16, run.Json.GetProperty("lora_rank").GetInt32());
        CommandRun text = await CommandRun.OfAsync(Arguments("--lora"));
        Assert.Contains("LoRA of rank 32: a rank trains 71.3 M parameters", text.Out, StringComparison.Ordinal);
        CommandRun wrong = await CommandRun.OfAsync(Arguments("--lora-targets nothing"));
        Assert.Equal(ExitCode.BadInput, wrong.ExitCode);
        Assert.Contains("nothing", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recomputation_and_types_make_it_less()
    {
        long plain = await TotalAsync("--tp 2");
        long recomputed = await TotalAsync(
            "--tp 2 --recompute-granularity full --recompute-method uniform --recompute-num-layers 1"
        );
        long aware = await TotalAsync(
            "--tp 2 --use-precision-aware-optimizer --exp-avg-dtype fp8 --exp-avg-sq-dtype fp16"
        );

        Assert.True(recomputed < plain);
        Assert.True(aware < plain);
    }

    [Theory]
    [InlineData((int)ExitCode.WrongUsage, "How much memory has a GPU?", "--gpus 8")]
    [InlineData((int)ExitCode.WrongUsage, "--exp-avg-dtype takes one of", "--exp-avg-dtype int3")]
    [InlineData((int)ExitCode.BadInput, "num_attention_heads (32) must be a multiple", "--tp 3")]
    [InlineData((int)ExitCode.BadInput, "12 GPUs are not TP x PP x CP (8)", "--tp 8 --gpus 12")]
    [InlineData((int)ExitCode.BadInput, "with use_precision_aware_optimizer only", "--exp-avg-dtype fp16")]
    [InlineData(
        (int)ExitCode.BadInput,
        "must be 1 or more, found 0",
        "--recompute-granularity full --recompute-method block --recompute-num-layers 0"
    )]
    [InlineData((int)ExitCode.BadInput, "the model has no experts", "--ep 2")]
    public async Task Faults_are_named(int exitCode, string message, string arguments)
    {
        CommandRun run = await CommandRun.OfAsync(Arguments(arguments));

        Assert.Equal((ExitCode)exitCode, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static async Task<long> TotalAsync(string arguments) =>
        (await CommandRun.OfAsync([.. Arguments(arguments), "--json"])).Json.GetProperty("total").GetInt64();

    private static string[] Arguments(string arguments) => ["memory", "--hf-model", Llama, .. arguments.Split(' ')];
}
