using MegatronBridge.Config.Providers;
using MegatronBridge.Families;
using MegatronBridge.Model;

namespace MegatronBridge.Config.Schema;

/// <summary>The fields of one of upstream's provider classes, with their defaults.</summary>
public sealed class ProviderSchema
{
    private readonly OrderedDictionary<string, ProviderField> _fields;
    private readonly Func<ProviderSchema, ModelProvider> _maker;

    private ProviderSchema(string target, IEnumerable<ProviderField> fields, Func<ProviderSchema, ModelProvider> maker)
    {
        Target = target;
        _maker = maker;
        _fields = new(StringComparer.Ordinal);
        foreach (ProviderField field in fields)
        {
            _fields[field.Name] = field;
        }
    }

    /// <summary>Decoders with ordinary attention.</summary>
    public static ProviderSchema Gpt { get; } =
        new(
            "megatron.bridge.models.gpt_provider.GPTModelProvider",
            [.. TransformerFields.All, .. GptFields.All],
            schema => new GptModelProvider(schema)
        );

    /// <summary>Decoders with multi-latent attention.</summary>
    public static ProviderSchema Mla { get; } =
        new(
            "megatron.bridge.models.mla_provider.MLAModelProvider",
            [.. TransformerFields.All, .. MlaFields.All, .. GptFields.All, .. MlaFields.All], // upstream's order, and its defaults
            schema => new MlaModelProvider(schema)
        );

    /// <summary>What all model configs of Megatron-Core have.</summary>
    public static ProviderSchema Transformer { get; } =
        new(
            "megatron.core.transformer.transformer_config.TransformerConfig",
            TransformerFields.All,
            schema => new TransformerModelProvider(schema)
        );

    /// <summary>What those with multi-latent attention have.</summary>
    public static ProviderSchema MlaTransformer { get; } =
        Transformer.Derive(
            "megatron.core.transformer.transformer_config.MLATransformerConfig",
            [.. MlaFields.All, ProviderField.Choice("normalization", "RMSNorm", "LayerNorm", "RMSNorm")]
        );

    /// <summary>Stacks of attention, state space and MLP layers.</summary>
    public static ProviderSchema Hybrid { get; } =
        new(
            "megatron.bridge.models.hybrid.hybrid_provider.HybridModelProvider",
            [.. TransformerFields.All, .. HybridFields.All],
            schema => new HybridModelProvider(schema)
        );

    /// <summary>The older name of <see cref="Hybrid"/>.</summary>
    public static ProviderSchema Mamba { get; } =
        new(
            "megatron.bridge.models.mamba.mamba_provider.MambaModelProvider",
            [.. Hybrid.Fields, ProviderField.Label("mamba_stack_spec")],
            schema => new MambaModelProvider(schema)
        );

    /// <summary>All schemas, those that a family has for itself included.</summary>
    public static IEnumerable<ProviderSchema> All =>
        new[] { Gpt, Mla, Hybrid, Mamba }.Union(FamilyList.All.Select(family => family.Schema));

    /// <summary>Full name of upstream's class, as run_config.yaml has it.</summary>
    public string Target { get; }

    /// <summary>Name of the class without its module.</summary>
    public string Name => Target[(Target.LastIndexOf('.') + 1)..];

    /// <summary>The fields, in upstream's order.</summary>
    public IReadOnlyCollection<ProviderField> Fields => _fields.Values;

    /// <summary>A provider of the class, with the class's defaults.</summary>
    public ModelProvider NewProvider() => FamilyProviders.New(this) ?? _maker(this);

    /// <summary>What the models of the class consist of, in the order of their modules.</summary>
    internal IReadOnlyList<ModelPart> Parts { get; private init; } = [LanguageModel.AddTo];

    /// <summary>What the class does itself before a provider is completed, or null.</summary>
    internal Action<ModelProvider>? Completion { get; private init; }

    /// <summary>A class derived from this one: more fields, and other defaults for some.</summary>
    public ProviderSchema Derive(string target, params IEnumerable<ProviderField> fields) =>
        new(target, [.. Fields, .. fields], _maker) { Parts = Parts, Completion = Completion };

    /// <summary>The same class, whose models consist of these parts.</summary>
    internal ProviderSchema MadeOf(params IReadOnlyList<ModelPart> parts) =>
        new(Target, Fields, _maker) { Parts = parts, Completion = Completion };

    /// <summary>The same class, which sets some fields itself before a provider is completed.</summary>
    internal ProviderSchema CompletedBy(Action<ModelProvider> completion) =>
        new(Target, Fields, _maker) { Parts = Parts, Completion = completion };

    /// <summary>The same class in another version: more fields, and some <paramref name="missing"/>.</summary>
    public ProviderSchema InVersion(IEnumerable<ProviderField> fields, IReadOnlyCollection<string> missing) =>
        new(Target, [.. Fields.Where(field => !missing.Contains(field.Name)), .. fields], _maker);

    /// <summary>
    /// The schema of a class, or null when it is not known. Of several versions of the class, the one that knows most of
    /// <paramref name="fields"/>.
    /// </summary>
    public static ProviderSchema? Find(string target, IEnumerable<string> fields) =>
        All.Where(schema => schema.Target == target)
            .MinBy(schema => fields.Count(field => schema.Field(field) is null));

    /// <summary>True when the two are of the same class in the same version.</summary>
    public bool IsSameVersionAs(ProviderSchema other) =>
        Target == other.Target && _fields.Count == other._fields.Count && _fields.Keys.All(other._fields.ContainsKey);

    /// <summary>The field of that name, or null.</summary>
    public ProviderField? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>The field whose name is closest to a misspelt one.</summary>
    public string Nearest(string name) => Spelling.Nearest(name, _fields.Keys)!;
}
