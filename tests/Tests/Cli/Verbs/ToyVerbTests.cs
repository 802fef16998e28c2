using MegatronBridge.Cli;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class ToyVerbTests
{
    [Fact]
    public async Task A_random_model_and_its_first_layer_can_be_imported()
    {
        using TemporaryFolder folder = new();

        CommandRun random = await CommandRun.OfAsync(
            "toy",
            "--architecture",
            "Qwen3ForCausalLM",
            "--seed",
            "7",
            "--hf-path",
            folder["toy"],
            "--json"
        );
        CommandRun first = await CommandRun.OfAsync(
            "toy",
            "--hf-model",
            folder["toy"],
            "--layers",
            "1",
            "--hf-path",
            folder["first"]
        );
        CommandRun import = await CommandRun.OfAsync(
            "import",
            "--hf-model",
            folder["first"],
            "--megatron-path",
            folder["megatron"]
        );

        Assert.Equal((ExitCode.Done, ExitCode.Done, ExitCode.Done), (random.ExitCode, first.ExitCode, import.ExitCode));
        Assert.Equal("Qwen3ForCausalLM", random.Json.GetProperty("architecture").GetString());
        Assert.Contains("num_hidden_layers: 2 -> 1", first.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_do_not_go_together_are_refused()
    {
        string[][] wrong =
        [
            ["toy", "--hf-path", "x"],
            ["toy", "--hf-path", "x", "--hf-model", "y", "--architecture", "LlamaForCausalLM"],
            ["toy", "--hf-path", "x", "--hf-model", "y", "--seed", "2"],
            ["toy", "--hf-path", "x", "--architecture", "LlamaForCausalLM", "--layers", "2"],
        ];
        foreach (string[] args in wrong)
        {
            Assert.Equal(ExitCode.WrongUsage, (await CommandRun.OfAsync(args)).ExitCode);
        }
    }
}
