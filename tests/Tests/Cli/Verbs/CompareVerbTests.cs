using System.Text.Json;
using MegatronBridge.Cli;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class CompareVerbTests
{
    [Theory]
    [InlineData("hf", "m")]
    [InlineData("m", "hf")]
    [InlineData("m", "m/iter_0000000")]
    [InlineData("m", "other")]
    [InlineData("hf", "hf")]
    public async Task Checkpoints_of_one_model_are_equal_in_whatever_form(string left, string right)
    {
        using SampleModel model = new();
        await model.ImportAsync("m", "--tp", "2");
        await model.ImportAsync("other", "--pp", "2", "--set", "should_pad_vocab=true");
        CommandRun run = await CommandRun.OfAsync("compare", model[left], model[right], "--json");
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.True(run.Json.GetProperty("equal").GetBoolean());
    }

    [Fact]
    public async Task A_changed_element_is_found_with_its_place_and_size_and_through_the_mapping()
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        const string Shard = "model-00003-of-00003.safetensors";
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(model.Hf, Shard));
        bytes[^1] ^= 0x80; // the sign of the last element
        await File.WriteAllBytesAsync(Path.Combine(model.Hf, Shard), bytes);

        CommandRun run = await CommandRun.OfAsync("compare", model.Hf, model["m"], "--json");
        Assert.Equal(ExitCode.Different, run.ExitCode);
        Assert.True(run.Json.GetProperty("mapped").GetBoolean());
        JsonElement difference = Assert.Single(run.Json.GetProperty("differences").EnumerateArray());
        Assert.Equal("values", difference.GetProperty("kind").GetString());
        Assert.Equal(1, difference.GetProperty("different_elements").GetInt32());
        Assert.True(difference.GetProperty("largest_difference").GetDouble() > 0);

        CommandRun text = await CommandRun.OfAsync("compare", model.Hf, model["m"]);
        Assert.Equal(ExitCode.Different, text.ExitCode);
        Assert.Matches(
            @"values differ, BF16 \[[0-9, ]+\]; 1 of \d+ elements, first at \[[0-9, ]+\], at most",
            text.Out
        );
        Assert.Contains("20 tensors equal, 1 different", text.Out);
    }

    [Fact]
    public async Task Types_and_missing_tensors_are_differences()
    {
        using SampleModel model = new();
        await model.ImportAsync("m");
        await model.ImportAsync("single", "--torch-dtype", "float32");
        CommandRun types = await CommandRun.OfAsync("compare", model["m"], model["single"]);
        Assert.Equal(ExitCode.Different, types.ExitCode);
        Assert.Contains("types differ, BF16 [100, 32] and F32 [100, 32]; the values are the same", types.Out);

        CommandRun missing = await CommandRun.OfAsync(
            "compare",
            Path.Combine(model.Hf, "model-00001-of-00003.safetensors"),
            Path.Combine(model.Hf, "model-00002-of-00003.safetensors")
        );
        Assert.Equal(ExitCode.Different, missing.ExitCode);
        Assert.Contains("model.embed_tokens.weight: only on the left, BF16 [100, 32]", missing.Out);
    }

    [Fact]
    public async Task Two_arguments_are_needed()
    {
        CommandRun run = await CommandRun.OfAsync("compare", "x");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("B is missing.", run.Error);
    }
}
