using System.IO.Enumeration;
using System.Text.RegularExpressions;
using MegatronBridge.Config;
using MegatronBridge.Model;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Recipes;

/// <summary>Which linear layers of a model the targets of adapters mean: by the last part of their name, or by all of it with wildcards.</summary>
internal static partial class AdapterTargets
{
    private const string Weight = ".weight";

    /// <summary>The names of the linear layers of a completed model, of the experts of a layer one.</summary>
    public static IReadOnlyList<string> Layers(ModelProvider model) =>
        [.. ModelTable.Outline(model).Parameters.Where(IsLinear).Select(LayerOf)];

    /// <summary>True for the weight of a layer that can have an adapter.</summary>
    public static bool IsLinear(ModelParameter parameter) =>
        parameter.Shape.Rank == 2
        && parameter.Key.EndsWith(Weight, StringComparison.Ordinal)
        && !parameter.Key.Contains("embedding", StringComparison.Ordinal);

    /// <summary>The name of the layer that a weight belongs to.</summary>
    public static string LayerOf(ModelParameter weight) =>
        weight.Name[..weight.Name.LastIndexOf(Weight, StringComparison.Ordinal)];

    /// <summary>True when a target means a layer.</summary>
    public static bool Means(string target, string layer) =>
        target == LastPart(layer) || FileSystemName.MatchesSimpleExpression(target, layer, ignoreCase: false);

    /// <summary>The same targets, but of those that mean grouped experts only what else they mean, and without those that mean nothing.</summary>
    public static IEnumerable<string> WithoutExperts(IEnumerable<string> targets, IReadOnlyList<string> layers) =>
        targets.SelectMany(target =>
        {
            List<string> meant = [.. layers.Where(layer => Means(target, layer))];
            return meant.Count > 0 && !meant.Exists(IsOfExpert)
                ? [target]
                : meant.Where(layer => !IsOfExpert(layer)).Select(layer => "*." + LastTwoParts(layer)).Distinct();
        });

    /// <summary>Targets that mean nothing, and what DoRA cannot adapt.</summary>
    public static IEnumerable<string> Faults(ConfigValue peft, ModelProvider model)
    {
        if (
            peft is not ConfigValue.Map map
            || Config.Targets.Of(map) is not (LoRAFields.Target or DoRAFields.Target or VLMLoRAFields.Target)
            || map.Find("target_modules") is not ConfigValue.List { Items.Count: > 0 } list
        )
        {
            yield break;
        }

        IReadOnlyList<string> layers = Layers(model);
        List<string> targets = [.. list.Items.Select(target => $"{target}")];
        List<string> unmet = targets.FindAll(target => !layers.Any(layer => Means(target, layer)));

        // The classes' own names are for ordinary attention; where a model has some of them, upstream leaves out the others.
        if (unmet.Count > 0 && (list != LoRAFields.DefaultTargets || unmet.Count == targets.Count))
        {
            yield return $"peft.target_modules: no linear layer of the model is called {string.Join(" or ", unmet)}. It has "
                + $"{string.Join(", ", layers.Select(LastPart).Distinct())}.";
        }

        if (
            Config.Targets.Of(map) == DoRAFields.Target
            && model.MoeGroupedGemm
            && targets.Find(target => layers.Any(layer => IsOfExpert(layer) && Means(target, layer))) is { } grouped
        )
        {
            yield return $"peft.target_modules: DoRA cannot adapt grouped experts, which {grouped} means too; say "
                + $"{string.Join(", ", WithoutExperts([grouped], layers).DefaultIfEmpty("nothing"))} instead, or take LoRA.";
        }
    }

    private static bool IsOfExpert(string layer) => OfExpert().IsMatch(layer);

    private static string LastPart(string layer) => layer[(layer.LastIndexOf('.') + 1)..];

    private static string LastTwoParts(string layer) =>
        layer[(layer.LastIndexOf('.', layer.LastIndexOf('.') - 1) + 1)..];

    [GeneratedRegex(@"mlp\.(?:\w+\.)?experts\.linear_fc[12]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfExpert();
}
