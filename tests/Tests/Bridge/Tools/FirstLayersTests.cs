using MegatronBridge.Config;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tools;

namespace MegatronBridge.Tests.Bridge.Tools;

public sealed class FirstLayersTests
{
    [Theory]
    [InlineData("LlamaForCausalLM", "num_hidden_layers")]
    [InlineData("Qwen3MoeForCausalLM", "num_hidden_layers")]
    [InlineData("DeepseekV3ForCausalLM", "num_hidden_layers")]
    [InlineData("Gemma3ForCausalLM", "num_hidden_layers")]
    [InlineData("GptOssForCausalLM", "num_hidden_layers")]
    [InlineData("Qwen3VLForConditionalGeneration", "text_config.num_hidden_layers")]
    public async Task The_first_layers_are_kept_bit_for_bit_and_nothing_else(string architecture, string key)
    {
        using TemporaryFolder folder = new();
        using (
            ModelRewrite whole = RandomModelTests.Open(
                architecture,
                3,
                folder["whole"],
                new KeyValuePair<string, string>(key, "4")
            )
        )
        {
            await whole.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(folder["whole/tokenizer.json"], "{}", TestContext.Current.CancellationToken);
        using (ModelRewrite toy = FirstLayers.Open(folder["whole"], 2, new() { HfPath = folder["toy"] }))
        {
            Assert.NotEmpty(toy.Report.Ignored);
            await toy.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        using HfFolder large = HfFolder.Open(folder["whole"]);
        using HfFolder small = HfFolder.Open(folder["toy"]);
        Assert.True(File.Exists(folder["toy/tokenizer.json"]));
        Assert.Equal(2, HfConfig.Load(small.PathOf("config.json")).Integer(key));
        Assert.DoesNotContain(small.Names, name => name.Contains("layers.2.", StringComparison.Ordinal));
        Assert.Equal(
            large.Names.Count(name =>
                !name.Contains("layers.2.", StringComparison.Ordinal)
                && !name.Contains("layers.3.", StringComparison.Ordinal)
            ),
            small.Names.Count
        );
        Assert.All(small.Names, name => Assert.Equal(large.Find(name)!.ToArray(), small.Find(name)!.ToArray()));
    }

    [Fact]
    public async Task More_layers_than_there_are_and_models_of_other_parts_are_refused()
    {
        using TemporaryFolder folder = new();
        using (ModelRewrite whole = RandomModelTests.Open("LlamaForCausalLM", 3, folder["whole"]))
        {
            await whole.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        using (ModelRewrite flux = RandomModelTests.Open("FluxTransformer2DModel", 3, folder["flux"]))
        {
            await flux.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        Assert.Throws<InvalidConfigException>(() =>
            FirstLayers.Open(folder["whole"], 99, new() { HfPath = folder["toy"] })
        );
        Assert.Throws<UnsupportedModelException>(() =>
            FirstLayers.Open(folder["flux"], 1, new() { HfPath = folder["toy"] })
        );
        Assert.False(Directory.Exists(folder["toy"]));
    }
}
