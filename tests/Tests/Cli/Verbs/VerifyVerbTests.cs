using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Adapters;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class VerifyVerbTests
{
    [Fact]
    public async Task A_right_conversion_is_the_same_model()
    {
        using SampleModel model = new();
        await model.ImportAsync("m", "--tp", "2");
        CommandRun run = await VerifyAsync(model, "--layers", "--html", model["page.html"], "--json");
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.True(run.Json.GetProperty("same").GetBoolean());
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("parting").ValueKind);
        Assert.Equal(0, run.Json.GetProperty("logits").GetProperty("largest_relative").GetDouble());
        Assert.True(run.Json.GetProperty("layers").GetArrayLength() > 6);
        string page = await File.ReadAllTextAsync(model["page.html"]);
        Assert.Contains("The two hold the same model.", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tp", "2")]
    [InlineData("--pp", "2")]
    public async Task On_several_ranks_a_right_conversion_is_the_same_model(params string[] layout)
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        CommandRun run = await VerifyAsync(model, ["--layers", "--json", .. layout]);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.True(run.Json.GetProperty("same").GetBoolean());
        Assert.True(run.Json.GetProperty("layers").GetArrayLength() > 6);
    }

    [Fact]
    public async Task An_adapter_of_each_format_makes_the_same_model_of_a_base_of_each_format()
    {
        using AdapterSample sample = new("qwen3moe-lora");
        string hf = await sample.WriteBaseAsync();
        string megatron = sample["megatron"];
        await DamagedAdapter.ImportAsync(hf, megatron);
        string models = $"verify --hf-model {hf} --megatron-path {megatron} --adapter {sample.Peft}";
        CommandRun same = await CommandRun.OfAsync(
            $"{models} --megatron-adapter {sample.Megatron} --html {sample["page.html"]} --json".Split(' ')
        );
        Assert.Equal((ExitCode.Done, ""), (same.ExitCode, same.Error));
        Assert.True(same.Json.GetProperty("same").GetBoolean());
        Assert.Equal(sample.Peft, same.Json.GetProperty("left_adapter").GetString());
        Assert.Equal(sample.Megatron, same.Json.GetProperty("right_adapter").GetString());
        Assert.Equal(45, same.Json.GetProperty("tensors").GetProperty("equal_tensors").GetInt32());
        Assert.Contains(sample.Megatron, await File.ReadAllTextAsync(sample["page.html"]), StringComparison.Ordinal);

        CommandRun without = await CommandRun.OfAsync($"{models} --json".Split(' '));
        Assert.Equal(ExitCode.Different, without.ExitCode);
        Assert.Equal(13, without.Json.GetProperty("tensors").GetProperty("equal_tensors").GetInt32());

        string merged = await sample.MergeAsync(megatron, sample.Peft);
        CommandRun copy = await CommandRun.OfAsync(
            $"verify --hf-model {hf} --adapter {sample.Peft} --megatron-path {merged} --tp 2 --ep 2".Split(' ')
        );
        Assert.Equal((ExitCode.Done, ""), (copy.ExitCode, copy.Error));
        Assert.Contains($"{hf}: Hugging Face model, with {sample.Peft}", copy.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layout_that_the_model_does_not_divide_over_is_refused()
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        CommandRun run = await VerifyAsync(model, "--tp", "3");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
    }

    [Fact]
    public async Task A_model_that_computes_something_else_is_found_with_the_place()
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        string config = Path.Combine(model["m"], "iter_0000000", "run_config.yaml");
        string text = await File.ReadAllTextAsync(config);
        Assert.Contains("rotary_base: 10000", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            config,
            text.Replace("rotary_base: 10000", "rotary_base: 7", StringComparison.Ordinal)
        );
        CommandRun run = await VerifyAsync(model, "--layers", "--tolerance", "0.000001");
        Assert.Equal(ExitCode.Different, run.ExitCode);
        Assert.Contains("They part behind layer 0, self_attention.", run.Out, StringComparison.Ordinal);
        Assert.Contains("their configs differ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_needs_a_tokenizer()
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        CommandRun run = await VerifyAsync(model, "--prompt", "Hello");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("--prompt cannot be turned into tokens", run.Error, StringComparison.Ordinal);
    }

    private static Task<CommandRun> VerifyAsync(SampleModel model, params string[] options) =>
        CommandRun.OfAsync(["verify", "--hf-model", model.Hf, "--megatron-path", model["m"], .. options]);
}
