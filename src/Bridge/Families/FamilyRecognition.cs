using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>
/// Tells the family of a checkpoint from its provider alone, which does not name it: the one that makes the same provider
/// again out of the config.json that it makes of it.
/// </summary>
public static class FamilyRecognition
{
    /// <summary>The family of <paramref name="provider"/>, a completed one.</summary>
    /// <exception cref="UnsupportedModelException">None fits, or several do equally well.</exception>
    public static Family Of(ModelProvider provider)
    {
        List<(Family Family, int Differences)> fits =
        [
            .. FamilyList
                .All.Where(family => family.Schema.Target == provider.Schema.Target)
                .Select(family => (family, Differences: CountDifferences(family, provider)))
                .Where(fit => fit.Differences is not null)
                .Select(fit => (fit.family, fit.Differences!.Value))
                .OrderBy(fit => fit.Value),
        ];
        if (fits.Count == 0)
        {
            throw new UnsupportedModelException(
                $"No supported family has a provider of the class {provider.Schema.Name}. Name the original model with --hf-model."
            );
        }

        Family[] best = [.. fits.Where(fit => fit.Differences == fits[0].Differences).Select(fit => fit.Family)];
        return best.Length == 1
            ? best[0]
            : throw new UnsupportedModelException(
                $"The checkpoint may be of {string.Join(" or ", best.Select(family => family.Architecture))}; its config does not "
                    + "tell which. Name the original model with --hf-model."
            );
    }

    /// <summary>How many fields differ after the way to config.json and back, or null when there is no such way.</summary>
    private static int? CountDifferences(Family family, ModelProvider provider)
    {
        try
        {
            JsonObject hf = family.ToHf(provider);
            ModelProvider again = family.ToProvider(new HfConfig(hf));
            Layout.ParallelSizes.Of(provider).ApplyTo(again);
            again.Complete();
            return provider.Fields.Count(entry => again[entry.Key] != entry.Value);
        }
        catch (Exception e) when (e is Storage.BadFileException or InvalidConfigException)
        {
            return null;
        }
    }
}
