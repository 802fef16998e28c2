using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class GoldenProviderTests
{
    // Token numbers belong to the tokenizer; a provider does not know them.
    private static readonly string[] NotOfTheModel =
    [
        "bos_token_id",
        "eos_token_id",
        "pad_token_id",
        "transformers_version",
    ];

    public static TheoryData<string, string> Layouts => [.. GoldenManifest.All];

    public static TheoryData<string> Families => [.. GoldenManifest.Families];

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

    [Theory]
    [MemberData(nameof(Families))]
    public void The_config_of_a_golden_model_comes_back_from_its_provider(string family)
    {
        GoldenManifest manifest = new(family);
        ModelProvider provider = Provider(manifest, manifest.Layouts.FirstOrDefault());
        JsonObject actual = FamilyList.Of(manifest.Config).ToHf(provider);
        JsonObject expected = manifest.ExportedConfig;
        Forget(expected);

        Assert.Equal(
            expected.Where(entry => !NotOfTheModel.Contains(entry.Key)).Select(Show).Order(),
            actual.Select(Show).Order()
        );
    }

    internal static ModelProvider Provider(GoldenManifest manifest, string? layout)
    {
        HfConfig hf = manifest.Config;
        ModelProvider provider = FamilyList.Of(hf).ToProvider(hf);
        SharedConfig.MarkAsConverted(provider, "hf");
        if (layout is null)
        {
            provider.Complete();
            return provider;
        }

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

    /// <summary>Changes a config into what a provider still knows of it.</summary>
    private static void Forget(JsonObject config)
    {
        if (config["rope_parameters"] is JsonObject rope)
        {
            rope.Remove("type"); // the old spelling of rope_type, which stands beside it
            if (rope["rope_type"]?.GetValue<string>() == "llama3")
            {
                rope["original_max_position_embeddings"] = 8192; // Megatron keeps the factor only and computes with this
            }
        }

        if (config["model_type"]?.GetValue<string>() == "deepseek_v2")
        {
            config["max_position_embeddings"] = 4096; // the sequence length that the family always trains with
        }
    }

    private static string Show(KeyValuePair<string, ConfigValue> field) =>
        $"{field.Key} = {field.Value.GetType().Name} {field.Value}";

    private static string Show(KeyValuePair<string, JsonNode?> entry) =>
        PythonJson.Write(new JsonObject { [entry.Key] = entry.Value?.DeepClone() });
}
