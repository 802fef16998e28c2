using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Families;

namespace MegatronBridge.Recipes;

/// <summary>A model of a published size, known without a network: what its config.json says, or upstream's class and its fields.</summary>
public sealed record PublishedModel
{
    private readonly string? _config;
    private readonly ProviderSchema? _schema;

    private PublishedModel(string hfId) => HfId = hfId;

    /// <summary>Its name on the Hugging Face Hub.</summary>
    public string HfId { get; }

    /// <summary>The model of a config.json.</summary>
    internal static PublishedModel OfConfig(string hfId, string config) => new(hfId, config, null);

    /// <summary>The model that a recipe itself describes by fields of one of upstream's classes.</summary>
    internal static PublishedModel OfFields(string hfId, ProviderSchema schema) => new(hfId, null, schema);

    private PublishedModel(string hfId, string? config, ProviderSchema? schema)
        : this(hfId)
    {
        _config = config;
        _schema = schema;
    }

    /// <summary>The Megatron side of the model, for one rank, its fields not completed.</summary>
    public ModelProvider ToProvider()
    {
        if (_schema is not null)
        {
            return _schema.NewProvider();
        }

        HfConfig config = HfConfig.Parse(Encoding.UTF8.GetBytes(_config!), HfId);
        ModelProvider provider = FamilyList.Of(config).ToProvider(config);
        if (provider.Has("hf_model_id"))
        {
            provider.HfModelId = HfId;
        }

        return provider;
    }
}
