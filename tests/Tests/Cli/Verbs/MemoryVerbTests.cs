using System.Text.Json;
using MegatronBridge.Cli;

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
