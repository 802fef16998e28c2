using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Storage;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

public sealed class HostileSizesTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("deepseek_v3")]
    [InlineData("qwen3_next")]
    [InlineData("gpt_oss")]
    [InlineData("gemma3")]
    public void A_config_with_layers_beyond_reason_is_refused_at_once(string family)
    {
        JsonObject json = GoldenManifest.Load(family).Hf["config"]!.DeepClone().AsObject();
        json["num_hidden_layers"] = int.MaxValue;
        json.Remove("layer_types");
        HfConfig config = new(json);
        InvalidConfigException e = Assert.Throws<InvalidConfigException>(() =>
            FamilyList.Of(config).ToProvider(config)
        );
        Assert.Contains("num_layers must be a whole number from 1 to 4096", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_key_value_heads", 3)]
    [InlineData("swa_num_key_value_heads", 0)]
    [InlineData("swa_num_key_value_heads", 16)]
    public void Query_groups_of_MiMo_that_do_not_divide_its_heads_are_refused(string key, int groups)
    {
        JsonObject json = GoldenManifest.Load("mimo_v2_flash").Hf["config"]!.DeepClone().AsObject();
        json[key] = groups;
        HfConfig config = new(json);
        BadFileException e = Assert.Throws<BadFileException>(() => FamilyList.Of(config).ToProvider(config));
        Assert.Contains($"\"{key}\" must be a divisor of num_attention_heads (8)", e.Message, StringComparison.Ordinal);
    }
}
