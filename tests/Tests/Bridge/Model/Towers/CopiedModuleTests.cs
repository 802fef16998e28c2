using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Model.Towers;

public sealed class CopiedModuleTests
{
    [Theory]
    [InlineData("qwen25_vl", "visual.blocks.1.norm2.weight", "visual.blocks.2.norm2.weight")]
    [InlineData("qwen2_audio", "audio_tower.layers.1.fc2.bias", "audio_tower.layers.0.self_attn.k_proj.bias")]
    public void A_tower_must_have_exactly_the_tensors_that_its_config_tells(string name, string missing, string surplus)
    {
        SmallModel model = SmallModel.Of(name);
        MappingException fault = Assert.Throws<MappingException>(() =>
            model.Import(ParallelSizes.One, new Changed(model, missing, surplus))
        );
        Assert.Equal(2, fault.Faults.Count);
        Assert.Contains(fault.Faults, line => line.StartsWith($"{missing} ", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, line => line.StartsWith($"{surplus} ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("depth", "0")]
    [InlineData("depth", "2000000000")]
    [InlineData("hidden_size", "2147483647")]
    [InlineData("patch_size", "-1")]
    [InlineData("patch_size", "\"large\"")]
    public void Absurd_sizes_are_refused_by_name(string key, string value)
    {
        JsonObject config = SmallConfigs.Config("qwen25_vl");
        config["vision_config"]![key] = JsonNode.Parse(value);
        ModelProvider provider = Qwen25Vl.Family.ToProvider(new(config));
        provider.Complete();
        BadFileException fault = Assert.Throws<BadFileException>(() => ModelTable.Build(provider));
        Assert.Contains($"\"{key}\"", fault.Message, StringComparison.Ordinal);
        Assert.Contains("vision_config", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_of_more_than_64_bits_are_refused()
    {
        JsonObject config = SmallConfigs.Config("qwen25_vl");
        config["vision_config"]!["hidden_size"] = 1 << 20;
        config["vision_config"]!["spatial_merge_size"] = 1 << 20;
        ModelProvider provider = Qwen25Vl.Family.ToProvider(new(config));
        provider.Complete();
        Assert.Throws<InvalidConfigException>(() => ModelTable.Build(provider));
    }

    private sealed class Changed(ITensorSource source, string missing, string surplus) : ITensorSource
    {
        public IReadOnlyCollection<string> Names { get; } = [.. source.Names.Where(name => name != missing), surplus];

        public TensorView? Find(string name) =>
            name == missing ? null
            : name == surplus ? new RuleTensor(name, DType.BF16, [4])
            : source.Find(name);
    }
}
