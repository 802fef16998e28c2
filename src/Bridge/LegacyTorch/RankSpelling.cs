using System.Text.RegularExpressions;
using MegatronBridge.Conversion;

namespace MegatronBridge.LegacyTorch;

/// <summary>The names under which a rank may have saved a parameter: they follow the modules that the model was built of.</summary>
internal static partial class RankSpelling
{
    /// <summary>All of them, the usual one first.</summary>
    public static IEnumerable<string> Of(string name)
    {
        foreach (string ofExpert in (string[])[name, Regrouped(name) ?? name])
        {
            foreach (string ofNorm in ParameterSpelling.NormSpellings(ofExpert))
            {
                yield return ofNorm;
            }
        }

        if (name.Contains(".conv1d_", StringComparison.Ordinal))
        {
            yield return name.Replace(".conv1d_", ".conv1d.", StringComparison.Ordinal);
        }
    }

    /// <summary>The name of an expert's parameter when it is a module of its own instead of one of a group, or the reverse.</summary>
    private static string? Regrouped(string name)
    {
        if (Grouped().Match(name) is { Success: true } grouped)
        {
            return $"{grouped.Groups["experts"]}local_experts.{grouped.Groups["number"]}.{grouped.Groups["weight"]}";
        }

        return Sequential().Match(name) is { Success: true } sequential
            ? $"{sequential.Groups["experts"]}{sequential.Groups["weight"]}{sequential.Groups["number"]}"
            : null;
    }

    [GeneratedRegex(
        @"^(?<experts>.*\.experts\.)(?<weight>linear_fc[12]\.(weight|bias))(?<number>\d+)$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Grouped();

    [GeneratedRegex(
        @"^(?<experts>.*\.experts\.)local_experts\.(?<number>\d+)\.(?<weight>linear_fc[12]\.(weight|bias))$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Sequential();
}
