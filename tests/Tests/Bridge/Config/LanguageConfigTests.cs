using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class LanguageConfigTests
{
    [Fact]
    public void The_keys_of_the_language_model_may_stand_among_the_others_as_in_released_models()
    {
        HfConfig nested = new(SmallConfigs.Config("qwen25_vl"));
        HfConfig flat = Flat(nested);

        Assert.Equal(Fields(Qwen25Vl.Family.ToProvider(nested)), Fields(Qwen25Vl.Family.ToProvider(flat)));
    }

    [Fact]
    public void A_change_goes_where_the_source_has_the_key()
    {
        HfConfig nested = new(SmallConfigs.Config("qwen25_vl"));
        HfConfig flat = Flat(nested);
        ModelProvider provider = Qwen25Vl.Family.ToProvider(flat);
        provider.NumLayers = 1;
        provider.Complete();

        // The kinds of the layers are told in this config, and change with their number.
        Assert.Equal(
            ["layer_types", "num_hidden_layers"],
            flat.Differences(Qwen25Vl.Family.ToHf(provider, flat)).Select(change => change.Key)
        );
        Assert.Equal(
            ["text_config.layer_types", "text_config.num_hidden_layers"],
            nested.Differences(Qwen25Vl.Family.ToHf(provider, nested)).Select(change => change.Key)
        );
    }

    [Fact]
    public void The_element_type_of_the_whole_is_that_of_the_language_model()
    {
        HfConfig config = new(SmallConfigs.Config("qwen25_vl"));
        config.Json["text_config"]!.AsObject().Remove("dtype");
        config.Json["dtype"] = "float16";
        Assert.True(Qwen25Vl.Family.ToProvider(config).Fp16);
    }

    // As Qwen has published them: the keys of text_config beside those of the whole, the older names of rotary embedding and type.
    private static HfConfig Flat(HfConfig nested)
    {
        JsonObject flat = (JsonObject)nested.Json.DeepClone();
        JsonObject text = flat["text_config"]!.AsObject();
        flat.Remove("text_config");
        foreach ((string key, JsonNode? value) in text)
        {
            flat.TryAdd(key, value?.DeepClone());
        }

        JsonNode rope = flat["rope_parameters"]!;
        flat.Remove("rope_parameters");
        flat["rope_theta"] = rope["rope_theta"]!.DeepClone();
        flat["rope_scaling"] = new JsonObject
        {
            ["type"] = "mrope",
            ["mrope_section"] = rope["mrope_section"]!.DeepClone(),
        };
        flat["torch_dtype"] = flat["dtype"]!.DeepClone();
        flat.Remove("dtype");
        return new(flat);
    }

    private static IEnumerable<string> Fields(ModelProvider provider) =>
        provider.Fields.Select(field => $"{field.Key} = {field.Value}");
}
