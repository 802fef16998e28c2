using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;

namespace MegatronBridge.Inspection;

/// <summary>Which model a checkpoint holds, whether that can be converted, and whether it is all there.</summary>
public sealed record ModelIdentity
{
    private const int NearestCount = 3;

    private (HfConfig Config, IReadOnlyList<TensorPattern> Patterns)? _hf;

    /// <summary>The Hugging Face architecture, as the config says or as its fields suggest; null when nothing tells.</summary>
    public string? Architecture { get; private init; }

    /// <summary>The family; null when the model is not supported.</summary>
    public Family? Family { get; private init; }

    /// <summary>The Megatron side's config, for one rank; null when the model is not supported.</summary>
    public ModelProvider? Provider { get; private init; }

    /// <summary>Why the model cannot be converted; null when it can.</summary>
    public string? Obstacle { get; private init; }

    /// <summary>Tensors that are missing, surplus, or of another shape than the config says.</summary>
    public IReadOnlyList<string> Faults { get; private init; } = [];

    /// <summary>Tensors that a conversion leaves out, and why.</summary>
    public IReadOnlyList<IgnoredEntry> Ignored { get; private init; } = [];

    /// <summary>Which Megatron parameter is made of which Hugging Face tensors; empty when the model is not supported.</summary>
    public IReadOnlyList<Binding> Mapping { get; private init; } = [];

    /// <summary>
    /// How far the model is from its family or, when it has none, from the nearest ones, the nearest first. Empty for a Megatron
    /// checkpoint.
    /// </summary>
    public IReadOnlyList<ModelLikeness> Likenesses { get; private init; } = [];

    /// <summary>A C# file to start a family for the model from; null for a Megatron checkpoint.</summary>
    public string? Skeleton =>
        _hf is var (config, patterns) ? FamilySkeleton.Of(config, patterns, Likenesses[0]) : null;

    /// <summary>
    /// The model of a Hugging Face config and its weights: <paramref name="open"/> gives them as an import reads them, or throws;
    /// <paramref name="stored"/> are those that names and shapes can be told of in any case.
    /// </summary>
    public static ModelIdentity OfHf(HfConfig config, Func<ITensorSource> open, ITensorSource stored)
    {
        string? architecture = config.Architectures.Count > 0 ? config.Architectures[0] : null;
        ModelIdentity identity = Identify(
            architecture,
            open,
            () =>
            {
                Family family = FamilyList.Of(config);
                ModelProvider provider = family.ToProvider(config, open().Names);
                provider.Complete();
                return (family, provider);
            },
            (family, provider) => ImportPlan.Create(open(), family, provider).Ignored
        );
        IReadOnlyList<TensorPattern> patterns = TensorPattern.Of(stored);
        Family? family = FamilyList.Find(config);
        IReadOnlyList<ModelLikeness> likenesses = family is not null
            ? [ModelLikeness.Of(family, config, patterns)]
            : ModelLikeness.Nearest(config, patterns, NearestCount);

        // The family is known even where its tensors cannot be read.
        return identity with
        {
            _hf = (config, patterns),
            Family = identity.Family ?? family,
            Likenesses = likenesses,
        };
    }

    /// <summary>The model of a Megatron checkpoint.</summary>
    internal static ModelIdentity OfMegatron(MegatronCheckpoint checkpoint) =>
        Identify(
            null,
            () => null,
            () =>
            {
                ModelProvider provider =
                    checkpoint.Provider()
                    ?? throw new UnsupportedModelException(
                        $"Neither {RunConfig.FileName} nor the arguments of Megatron-LM are in it, so its model is not known."
                    );
                return (FamilyRecognition.Of(provider), provider);
            },
            (family, provider) => ExportPlan.Create(checkpoint, family, provider).Ignored
        );

    /// <summary>A model that something keeps from being known.</summary>
    internal static ModelIdentity Unknown(Exception obstacle) =>
        obstacle is MappingException { Faults: var faults }
            ? new() { Faults = faults, Obstacle = obstacle.Message.Split('\n')[0].TrimEnd(':') + "." }
            : new() { Obstacle = obstacle.Message };

    private static ModelIdentity Identify(
        string? architecture,
        Func<ITensorSource?> hf,
        Func<(Family, ModelProvider)> recognise,
        Func<Family, ModelProvider, IReadOnlyList<IgnoredEntry>> plan
    )
    {
        ModelIdentity identity = new() { Architecture = architecture };
        try
        {
            (Family family, ModelProvider provider) = recognise();
            identity = identity with { Architecture = family.Architecture, Family = family, Provider = provider };
            identity = identity with { Mapping = Binding.Bind(family, provider, ModelTable.Build(provider), hf()) };
            return identity with { Ignored = plan(family, provider) };
        }
        catch (MappingException e)
        {
            return identity with { Faults = e.Faults };
        }
        catch (Exception e) when (e is UnsupportedModelException or InvalidConfigException or BadFileException)
        {
            return identity with { Obstacle = e.Message };
        }
    }
}
