using System.Text.Json;
using MegatronBridge.Recipes;

namespace MegatronBridge.Conformance;

/// <summary>Upstream reads what we write, drops no field of it and accepts it, where Python has upstream.</summary>
public sealed class RecipeTests(Python python)
{
    [Theory]
    [InlineData("llama31_8b_sft")]
    [InlineData("llama31_405b_pretrain")]
    [InlineData("qwen3_8b_peft")]
    [InlineData("qwen3_30b_a3b_pretrain")]
    [InlineData("deepseek_v3_pretrain")]
    [InlineData("olmoe_7b_sft")]
    [InlineData("nemotronh_8b_sft")]
    [InlineData("gpt_oss_20b_sft")]
    [InlineData("ernie_4p5_21b_a3b_sft")]
    public void Upstream_trains_from_the_file_unchanged(string name)
    {
        JsonElement reason = python.Call("recipes", "available");
        Assert.SkipWhen(reason.ValueKind == JsonValueKind.String, $"{reason}");
        using TemporaryFolder folder = new();
        string file = folder.File("run.yaml");
        ConfigContainer config = RecipeList.Find(name)!.Build().With("checkpoint.pretrained_checkpoint", "checkpoint");
        File.WriteAllText(file, config.ToYaml());

        JsonElement faults = python.Call("recipes", "faults", file, config.LeastGpus);

        Assert.Equal([], faults.EnumerateArray().Select(fault => fault.GetString()));
    }
}
