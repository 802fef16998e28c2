using System.Text.Json;
using MegatronBridge.Cli;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class FlopsVerbTests : IDisposable
{
    private readonly SampleModel _model = new();

    private string Config => Path.Combine(_model.Hf, "config.json");

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_config_alone_tells_the_operations_of_each_block()
    {
        CommandRun run = await CommandRun.OfAsync([
            "flops",
            "--hf-model",
            Config,
            "--batch-size",
            "2",
            "--seq-length",
            "16",
            "--json",
        ]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        JsonElement[] blocks = [.. run.Json.GetProperty("blocks").EnumerateArray()];
        Assert.Equal(["attention", "MLP", "logits"], blocks.Select(block => block.GetProperty("name").GetString()));
        Assert.Equal(32, run.Json.GetProperty("tokens").GetInt64());
        Assert.Equal(
            run.Json.GetProperty("training").GetInt64(),
            blocks.Sum(block => block.GetProperty("training").GetInt64())
        );
        Assert.Equal(run.Json.GetProperty("training").GetInt64(), run.Json.GetProperty("upstream").GetInt64());
    }

    [Fact]
    public async Task The_folder_of_a_model_tells_the_same_as_its_config()
    {
        CommandRun folder = await CommandRun.OfAsync(["flops", "--hf-model", _model.Hf]);
        CommandRun config = await CommandRun.OfAsync(["flops", "--hf-model", Config]);

        Assert.Equal(ExitCode.Done, folder.ExitCode);
        Assert.Equal(folder.Out, config.Out);
        Assert.Contains("attention", folder.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_Megatron_and_its_run_config_tell_the_same_as_the_model_that_it_was_made_of()
    {
        string checkpoint = _model["megatron"];
        Assert.Equal(
            ExitCode.Done,
            (
                await CommandRun.OfAsync([
                    "import",
                    "--hf-model",
                    _model.Hf,
                    "--megatron-path",
                    checkpoint,
                    "--tp",
                    "2",
                ])
            ).ExitCode
        );

        string[] arguments = ["flops", "--seq-length", "16", "--json"];
        CommandRun hf = await CommandRun.OfAsync([.. arguments, "--hf-model", _model.Hf]);
        CommandRun megatron = await CommandRun.OfAsync([.. arguments, "--megatron-path", checkpoint]);
        CommandRun runConfig = await CommandRun.OfAsync([
            .. arguments,
            "--megatron-path",
            Path.Combine(checkpoint, "iter_0000000", "run_config.yaml"),
        ]);

        Assert.Equal(hf.Json.GetProperty("training").GetInt64(), megatron.Json.GetProperty("training").GetInt64());
        Assert.Equal(megatron.Out, runConfig.Out);
    }

    [Fact]
    public async Task Adapters_packs_and_GPUs_are_told()
    {
        CommandRun run = await CommandRun.OfAsync([
            "flops",
            "--hf-model",
            Config,
            "--packed",
            "3,4,5",
            "--lora-rank",
            "4",
            "--gpu-tflops",
            "0.000001",
            "--mfu",
            "0.5",
            "--gpus",
            "4",
        ]);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("3 packed sequences, 12 tokens together", run.Out, StringComparison.Ordinal);
        Assert.Contains("LoRA adapters", run.Out, StringComparison.Ordinal);
        Assert.Contains("tokens/s", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Megatron-Bridge counts", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Which model?")]
    [InlineData("not several", "--hf-model", "a", "--megatron-path", "b")]
    [InlineData("leave --batch-size", "--hf-model", "CONFIG", "--packed", "3", "--batch-size", "2")]
    [InlineData("--mfu takes a number above 0 and up to 1", "--hf-model", "CONFIG", "--mfu", "1.5")]
    [InlineData("needs --gpu-tflops too", "--hf-model", "CONFIG", "--mfu", "0.5")]
    [InlineData("needs --gpu-tflops too", "--hf-model", "CONFIG", "--gpus", "8")]
    [InlineData("Did you mean \"llama31_8b_sft\"?", "--recipe", "llama31_8b_stf")]
    [InlineData("Give one of --lora, --dora", "--hf-model", "CONFIG", "--lora", "--dora")]
    [InlineData("--packed takes whole numbers", "--hf-model", "CONFIG", "--packed", "3,x")]
    public async Task Wrong_arguments_are_named(string message, params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync([
            "flops",
            .. arguments.Select(argument => argument == "CONFIG" ? Config : argument),
        ]);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_need_a_model_that_sees()
    {
        CommandRun run = await CommandRun.OfAsync("flops", "--hf-model", Config, "--images", "1024");

        Assert.Equal(ExitCode.UnsupportedModel, run.ExitCode);
        Assert.Contains("Images are counted for the towers", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no linear layer called linear_foo", "--lora-targets", "linear_foo")]
    [InlineData("num_query_groups (3)", "--set", "num_query_groups=3")]
    public async Task What_does_not_fit_the_model_is_named(string message, params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(["flops", "--hf-model", Config, .. arguments]);

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }
}
