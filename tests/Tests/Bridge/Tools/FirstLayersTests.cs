using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Quantization;
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

    [Theory]
    [MemberData(nameof(RandomModelTests.Architectures), MemberType = typeof(RandomModelTests))]
    public async Task One_layer_of_every_architecture_is_a_model(string architecture)
    {
        string[] notByLayer =
        [
            "time_step_limit",
            "mlp_multipliers",
            "ssm_multipliers",
            "mtp_layers_block_type",
            "moe_intermediate_size",
            "text_config.moe_intermediate_size",
        ];
        using TemporaryFolder folder = new();
        using (ModelRewrite whole = RandomModelTests.Open(architecture, 3, folder["whole"]))
        {
            await whole.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        using HfFolder large = HfFolder.Open(folder["whole"]);
        HfConfig config = HfConfig.Load(large.PathOf("config.json"));
        if (FamilyList.Of(config).IsOfDiffusers)
        {
            return; // they have two stacks
        }

        using (ModelRewrite toy = FirstLayers.Open(folder["whole"], 1, new() { HfPath = folder["toy"] }))
        {
            await toy.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        using HfFolder small = HfFolder.Open(folder["toy"]);
        HfConfig cut = HfConfig.Load(small.PathOf("config.json"));
        Assert.True(small.Names.Count < large.Names.Count);
        Assert.All(small.Names, name => Assert.Equal(large.Find(name)!.ToArray(), small.Find(name)!.ToArray()));
        Assert.All(notByLayer, key => Assert.Equal(TextOf(config, key), TextOf(cut, key)));
    }

    [Fact]
    public async Task Layers_that_predict_further_tokens_are_left_out_and_told()
    {
        const string key = "num_nextn_predict_layers";
        using TemporaryFolder folder = new();
        KeyValuePair<string, string>[] settings = [new(key, "1"), new("num_hidden_layers", "3")];
        using (ModelRewrite whole = RandomModelTests.Open("DeepseekV3ForCausalLM", 3, folder["whole"], settings))
        {
            await whole.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        using ModelRewrite toy = FirstLayers.Open(folder["whole"], 3, new() { HfPath = folder["toy"] });
        Assert.Contains(
            toy.Report.Ignored,
            entry => entry.Name.StartsWith("model.layers.3.", StringComparison.Ordinal)
        );
        Assert.Equal([$"config.json: {key}: 1 -> 0"], toy.Report.Notes);
        await toy.RunAsync(cancellation: TestContext.Current.CancellationToken);
        using HfFolder small = HfFolder.Open(folder["toy"]);
        Assert.DoesNotContain(small.Names, name => name.StartsWith("model.layers.3.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("qwen3", "fp8 blocks")]
    [InlineData("kimi_k2", "int4")]
    [InlineData("qwen3", "nvfp4 of modelopt")]
    public async Task Codes_and_scales_are_kept_as_they_are(string model, string form)
    {
        using TemporaryFolder folder = new();
        await QuantizedFolder.WriteAsync(folder["hf"], model, StoredForm.All.Single(known => known.Name == form));
        foreach (string tool in new[] { "toy", "shards" })
        {
            using ModelRewrite rewrite =
                tool == "toy"
                    ? FirstLayers.Open(folder["hf"], 1, new() { HfPath = folder[tool] })
                    : ShardSize.Open(folder["hf"], new() { HfPath = folder[tool], MaxShardBytes = 20_000 });
            await rewrite.RunAsync(cancellation: TestContext.Current.CancellationToken);
            using HfFolder original = HfFolder.Open(folder["hf"]);
            using HfFolder written = HfFolder.Open(folder[tool]);
            Assert.All(
                written.Names,
                name => Assert.Equal(original.Find(name)!.ToArray(), written.Find(name)!.ToArray())
            );
            Assert.Contains(written.Names, name => original.Find(name)!.DType is not (DType.BF16 or DType.F32));
            Assert.NotNull(HfConfig.Load(written.PathOf("config.json")).Json["quantization_config"]);
        }
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

    private static string? TextOf(HfConfig config, string key) =>
        key.Split('.').Aggregate((JsonNode?)config.Json, (json, part) => json?[part])?.ToJsonString();
}
