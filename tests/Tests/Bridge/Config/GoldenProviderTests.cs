using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Families;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class GoldenProviderTests
{
    public static TheoryData<string, string> Layouts => [.. GoldenManifest.All];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_provider_of_a_golden_model_agrees_with_upstream_in_every_field(string family, string layout)
    {
        GoldenManifest manifest = new(family);
        ModelProvider provider = Provider(manifest, layout);

        SortedDictionary<string, ConfigValue> expected = manifest.Section(layout, "model");
        expected.Remove("_target_", out ConfigValue? target);
        SortedDictionary<string, ConfigValue> actual = new(
            provider.Fields.Where(field => !field.Value.IsNull).ToDictionary(),
            StringComparer.Ordinal
        );
        Assert.Equal(target, provider.Schema.Target);
        Assert.Equal(expected.Select(Show), actual.Select(Show));
    }

    internal static ModelProvider Provider(GoldenManifest manifest, string layout)
    {
        HfConfig hf = manifest.Config;
        (JsonObject defaults, ProviderSchema schema, Action<ModelProvider, HfConfig> configure) = hf.ModelType switch
        {
            "llama" => (HfDefaults.Llama, ProviderSchema.Gpt, LlamaConfig.Configure),
            "mistral" => (HfDefaults.Mistral, ProviderSchema.Mistral, MistralConfig.Configure),
            "qwen2" => (HfDefaults.Qwen2, ProviderSchema.Gpt, Qwen2Config.Configure),
            "qwen3" => (HfDefaults.Qwen3, ProviderSchema.Gpt, Qwen3Config.Configure),
            _ => (HfDefaults.Qwen3Moe, ProviderSchema.Gpt, (Action<ModelProvider, HfConfig>)Qwen3MoeConfig.Configure),
        };
        hf = hf.WithDefaults(defaults);
        ModelProvider provider = SharedConfig.ToProvider(hf, schema);
        configure(provider, hf);
        SharedConfig.MarkAsConverted(provider, "hf");
        provider.TensorModelParallelSize = manifest.Size(layout, "tp");
        provider.PipelineModelParallelSize = manifest.Size(layout, "pp");
        provider.ExpertModelParallelSize = manifest.Size(layout, "ep");
        provider.ExpertTensorParallelSize = manifest.Size(layout, "etp");
        provider.VirtualPipelineModelParallelSize = manifest.Size(layout, "vpp") is > 1 and var vpp ? vpp : null;
        if (provider.VocabSize % provider.TensorModelParallelSize != 0)
        {
            provider.ShouldPadVocab = true; // as the driver that made the manifests
        }

        foreach ((string field, JsonNode? value) in manifest.Layout(layout)["sizes"]!["provider"] as JsonObject ?? [])
        {
            provider.SetFromText(field, value!.ToJsonString());
        }

        provider.Complete();
        return provider;
    }

    private static string Show(KeyValuePair<string, ConfigValue> field) =>
        $"{field.Key} = {field.Value.GetType().Name} {field.Value}";
}
