using MegatronBridge.Config.Schema;
using MegatronBridge.Families;
using MegatronBridge.Storage;

namespace MegatronBridge.Config;

/// <summary>A provider as files have it: a map of its fields, with the name of its class.</summary>
internal static class ModelSection
{
    // Without these nobody can say what a model looks like.
    private static readonly string[] Needed =
    [
        "num_layers",
        "hidden_size",
        "ffn_hidden_size",
        "num_attention_heads",
        "num_query_groups",
        "kv_channels",
        "normalization",
        "activation_func",
        "gated_linear_unit",
        "add_bias_linear",
        "add_qkv_bias",
        "qk_layernorm",
        "num_moe_experts",
        "moe_ffn_hidden_size",
        "moe_layer_freq",
        "position_embedding_type",
        "share_embeddings_and_output_weights",
        "vocab_size",
        "params_dtype",
    ];

    /// <summary>The map of a provider, its unknown fields at the end.</summary>
    public static ConfigValue.Map Write(ModelProvider provider) =>
        ConfigValue.MapOf([
            (Targets.Key, provider.Schema.Target),
            .. provider.Fields.Concat(provider.Unknown).Select(field => (field.Key, field.Value)),
        ]);

    /// <summary>The provider of a map. Fields that the class does not have are kept in it.</summary>
    /// <param name="model">The map.</param>
    /// <param name="path">The file that it is in.</param>
    /// <param name="where">Where it is there, for messages.</param>
    /// <exception cref="BadFileException">A field is of the wrong kind.</exception>
    /// <exception cref="UnsupportedModelException">The class is not known, and fields are missing that it may have defaults for.</exception>
    public static ModelProvider Read(ConfigValue.Map model, string path, string where = "")
    {
        ModelProvider provider = SchemaOf(model, path, where).NewProvider();
        foreach ((string field, ConfigValue value) in ModelFields(model))
        {
            try
            {
                // Configs of the builder kind name the activation by a word.
                ConfigValue typed =
                    field == "activation_func" && value is ConfigValue.Text name
                        ? ActivationMap.ToMegatron(name.Value) ?? value
                        : value;
                provider.SetOrKeep(field, typed);
            }
            catch (InvalidConfigException e)
            {
                throw new BadFileException(path, $"{where}{e.Message}", e);
            }
        }

        return provider;
    }

    // A config of the builder kind has the fields of the transformer in a map of their own.
    private static IEnumerable<(string Field, ConfigValue Value)> ModelFields(ConfigValue.Map model)
    {
        ConfigValue.Map? transformer = !BuilderSection.Is(model) ? null : model.Find("transformer") as ConfigValue.Map;
        return model
            .Entries.Where(entry =>
                transformer is null || (entry.Key != "transformer" && entry.Key != BuilderSection.BuilderKey)
            )
            .Concat(transformer?.Entries ?? [])
            .Where(entry => entry.Key != Targets.Key)
            .Select(entry => (entry.Key.ToString(), entry.Value))
            .Where(field =>
                transformer is null || field.Value is not { IsNull: true } || !BuilderSection.Knows(field.Item1)
            );
    }

    private static ProviderSchema SchemaOf(ConfigValue.Map model, string path, string where)
    {
        string target =
            Targets.Of(model) ?? throw new BadFileException(path, $"{where}there is no _target_ that names its class.");
        if (BuilderSection.Is(model) && model.Find("transformer") is ConfigValue.Map transformer)
        {
            return target.Contains(".hybrid.", StringComparison.Ordinal)
                || target.Contains(".mamba.", StringComparison.Ordinal)
                    ? ProviderSchema.Hybrid
                : Targets.Of(transformer)?.EndsWith(".MLATransformerConfig", StringComparison.Ordinal) == true
                    ? ProviderSchema.Mla
                : ProviderSchema.Gpt;
        }

        // Families that upstream does not have share a class, but not always what it is made of.
        if (
            model.Find(ModelProvider.ArchitectureKey) is ConfigValue.Text { Value: var architecture }
            && FamilyList.Find(architecture) is { } family
            && family.Schema.Target == target
        )
        {
            return family.Schema;
        }

        return ProviderSchema.Find(target, model.Entries.Select(entry => entry.Key.ToString()))
            ?? FromFields(target, model)
            ?? throw new UnsupportedModelException(
                $"{path}: the model's class {target} is not known, and the section does not say enough to do without it; known are "
                    + $"{string.Join(", ", ProviderSchema.All.Select(known => known.Name))}."
            );
    }

    // Other versions of upstream have other classes. They can be taken by what they extend when no default of theirs is needed.
    private static ProviderSchema? FromFields(string target, ConfigValue.Map model)
    {
        ProviderSchema extended =
            model.Find("kv_lora_rank") is not null ? ProviderSchema.Mla
            : model.Find("hybrid_layer_pattern") is not null || model.Find("hybrid_override_pattern") is not null
                ? ProviderSchema.Hybrid
            : ProviderSchema.Gpt;
        return
            target.StartsWith("megatron.bridge.models.", StringComparison.Ordinal)
            && Needed.All(field => model.Find(field) is not null)
            ? extended.Derive(target)
            : null;
    }
}
