using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Families;

/// <summary>
/// Tells the family of a checkpoint from its provider alone, which does not name it: the one that makes the same model, and
/// most nearly the same provider, out of the config.json that it makes of it.
/// </summary>
public static class FamilyRecognition
{
    /// <summary>The family of <paramref name="provider"/>, a completed one.</summary>
    /// <exception cref="UnsupportedModelException">None fits, or several do equally well.</exception>
    public static Family Of(ModelProvider provider)
    {
        if (provider.HfArchitecture is { } architecture)
        {
            return FamilyList.Find(architecture)
                ?? throw new UnsupportedModelException(
                    $"The checkpoint is of the architecture {architecture}, which is not supported."
                );
        }

        Dictionary<string, string> model = Entries(provider);
        IEnumerable<Family[]> byLikeness = FamilyList
            .All.Where(family => family.Schema.IsSameVersionAs(provider.Schema))
            .Select(family => (Family: family, Again: ThereAndBack(family, provider)))
            .Where(candidate => candidate.Again is not null)
            .GroupBy(candidate => provider.Fields.Count(entry => candidate.Again![entry.Key] != entry.Value))
            .OrderBy(group => group.Key)
            .Select(group =>
                group
                    .Where(candidate => IsSame(model, Entries(candidate.Again!)))
                    .Select(candidate => candidate.Family)
                    .ToArray()
            );
        Family[] best = byLikeness.FirstOrDefault(families => families.Length > 0) ?? [];
        if (Array.Exists(best, family => family.IsUpstream))
        {
            best = Array.FindAll(best, family => family.IsUpstream); // the others' checkpoints name their architecture
        }

        return best.Length switch
        {
            > 0 when MakeSameTensors(best, provider) => best[0],
            0 => throw new UnsupportedModelException(
                $"No supported family makes such a model of a provider of the class {provider.Schema.Name}. "
                    + "Name the original model with --hf-model."
            ),
            _ => throw new UnsupportedModelException(
                $"The checkpoint may be of {string.Join(" or ", best.Select(family => family.Architecture))}; its config does not "
                    + "tell which. Name the original model with --hf-model."
            ),
        };
    }

    /// <summary>
    /// True when only the name tells the families apart, as with MiMo, which without multi-token prediction is Qwen2: then the
    /// first one, the plainer, will do.
    /// </summary>
    private static bool MakeSameTensors(Family[] families, ModelProvider provider)
    {
        ModelTable table = ModelTable.Build(provider);
        var tensors = families.Select(family =>
            Binding.Bind(family, provider, table).SelectMany(binding => binding.HfNames.Prepend(binding.Mapping.Kind))
        );
        return tensors.Skip(1).All(names => names.SequenceEqual(tensors.First()));
    }

    private static Dictionary<string, string> Entries(ModelProvider provider) =>
        ModelTable
            .Build(provider)
            .Parameters.DistinctBy(parameter => parameter.Key)
            .ToDictionary(parameter => parameter.Key, parameter => parameter.Shape.ToString());

    private static bool IsSame(Dictionary<string, string> left, Dictionary<string, string> right) =>
        left.Count == right.Count && left.All(entry => right.GetValueOrDefault(entry.Key) == entry.Value);

    /// <summary>
    /// Refuses a model that is another one than <paramref name="config"/>, the config.json that is to stand beside its tensors, describes.
    /// </summary>
    /// <exception cref="MappingException">It has other parameters, or parameters of other shapes.</exception>
    internal static void RequireSame(Family family, HfConfig config, ModelProvider provider)
    {
        Dictionary<string, string> model = Entries(provider);
        Dictionary<string, string> described = Entries(Back(family, config, provider));
        string[] faults =
        [
            .. described
                .Where(entry => model.GetValueOrDefault(entry.Key) != entry.Value)
                .Select(entry =>
                    $"{entry.Key} {entry.Value} belongs to {family.Architecture}, but the model has "
                    + (model.TryGetValue(entry.Key, out string? shape) ? $"the shape {shape}." : "no such parameter.")
                ),
            .. model
                .Where(entry => !described.ContainsKey(entry.Key))
                .Select(entry =>
                    $"{entry.Key} {entry.Value} is in the model, but {family.Architecture} has no such parameter."
                ),
        ];
        if (faults.Length > 0)
        {
            throw new MappingException(
                $"The model is another one than the config, of {family.Architecture}, describes",
                faults
            );
        }
    }

    /// <summary>The provider that a config.json makes, in the layout and with the padding of another.</summary>
    private static ModelProvider Back(Family family, HfConfig config, ModelProvider like)
    {
        ModelProvider again = family.ToProvider(config);
        ParallelSizes.Of(like).ApplyTo(again);
        if (like.ShouldPadVocab)
        {
            again.ShouldPadVocab = true; // chosen with the layout, not by the family
        }

        again.MakeVocabSizeDivisibleBy = like.MakeVocabSizeDivisibleBy;
        again.Complete();
        return again;
    }

    /// <summary>The provider after the way to config.json and back, or null when there is no such way.</summary>
    private static ModelProvider? ThereAndBack(Family family, ModelProvider provider)
    {
        try
        {
            return Back(family, new HfConfig(family.ToHf(provider)), provider);
        }
        catch (Exception e) when (e is Storage.BadFileException or InvalidConfigException or UnsupportedModelException)
        {
            return null;
        }
    }
}
