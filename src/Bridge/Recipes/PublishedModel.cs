using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Families;

namespace MegatronBridge.Recipes;

/// <summary>A model of a published size, known without a network: what its config.json says, or upstream's class and its fields.</summary>
public sealed record PublishedModel
{
    private readonly Func<ModelProvider> _provider;

    private PublishedModel(string hfId, Func<ModelProvider> provider)
    {
        HfId = hfId;
        _provider = provider;
    }

    /// <summary>Its name on the Hugging Face Hub.</summary>
    public string HfId { get; }

    /// <summary>The file of the library's data that it stands in: <c>phi</c>.</summary>
    internal string Brand { get; private init; } = "";

    /// <summary>The architecture that its config.json names.</summary>
    internal string Architecture { get; private init; } = "";

    /// <summary>True when the Megatron side sees or hears: has more than a language model.</summary>
    internal bool IsMultimodal => ToProvider().Schema.Parts.Count > 1;

    /// <summary>What its config.json says, or null.</summary>
    internal JsonObject? Config { get; private init; }

    /// <summary>How files describe it.</summary>
    internal ModelForm Form { get; private init; }

    /// <summary>The Megatron side of the model, for one rank, its fields not completed.</summary>
    public ModelProvider ToProvider() => _provider();

    /// <summary>The model of a config.json.</summary>
    internal static PublishedModel OfConfig(string hfId, JsonObject config, string brand) =>
        new(hfId, () => FromConfig(hfId, config))
        {
            Brand = brand,
            Architecture = $"{config["architectures"]?[0]}",
            Config = config,
        };

    /// <summary>The model that recipes describe by fields of one of upstream's classes.</summary>
    internal static PublishedModel OfFields(string hfId, string target, string settings) =>
        new(hfId, () => FromFields(target, settings));

    /// <summary>The same in the form of upstream's newer class.</summary>
    internal PublishedModel Built() => this with { Form = ModelForm.Builder };

    private static ModelProvider FromConfig(string hfId, JsonObject json)
    {
        HfConfig config = new((JsonObject)json.DeepClone(), hfId);
        ModelProvider provider = FamilyList.Of(config).ToProvider(config);
        if (provider.Has("hf_model_id"))
        {
            provider.HfModelId = hfId;
        }

        // Upstream's loader calls no function whose name is private; this one does what that does.
        const string spec = "transformer_layer_spec";
        if (provider.Has(spec) && Targets.Of(provider[spec])?.Contains("._", StringComparison.Ordinal) == true)
        {
            provider[spec] = Targets.DecoderBlockSpec;
        }

        return provider;
    }

    private static ModelProvider FromFields(string target, string settings)
    {
        ProviderSchema schema = ProviderSchema.Find(target, []) ?? ProviderSchema.Gpt.Derive(target);
        return ConfigContainer.Of(schema.NewProvider(), ConfigValue.MapOf()).With(RecipeSettings.Parse(settings)).Model;
    }
}
