using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MegatronBridge.Adapters;

/// <summary>
/// <c>rank_pattern</c> or <c>alpha_pattern</c>: numbers by pattern, of which the first one counts that the end of a module's name matches.
/// </summary>
internal sealed partial class PeftPatterns
{
    private const int MostExpressions = 1000; // every module is held against all of them; plain names are looked up

    private readonly List<double> _numbers = [];
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly List<(Regex Expression, int Place)> _expressions = [];

    /// <summary>Reads a field of adapter_config.json; what cannot be is added to the faults.</summary>
    public PeftPatterns(string key, JsonNode? field, Predicate<double> isGood, List<string> faults)
    {
        if (field is not null and not JsonObject)
        {
            faults.Add($"{key} is {field.ToJsonString()}, not numbers by name");
        }

        foreach ((string pattern, JsonNode? node) in field as JsonObject ?? [])
        {
            bool isNumber =
                node?.GetValueKind() == JsonValueKind.Number
                && double.TryParse(
                    node.ToJsonString(),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out double number
                )
                && isGood(number)
                && Add(pattern, number);
            if (!isNumber)
            {
                faults.Add($"{key} has {pattern}: {node?.ToJsonString()}, which is no pattern of names with a number");
            }
        }
    }

    /// <summary>The number for a module; null when no pattern matches.</summary>
    public double? Find(string module)
    {
        int place = int.MaxValue;
        for (int start = 0; start >= 0; start = NextPart(module, start))
        {
            if (_names.TryGetValue(module[start..], out int named))
            {
                place = Math.Min(place, named);
            }
        }

        foreach ((Regex expression, int matching) in _expressions)
        {
            if (matching < place && expression.IsMatch(module))
            {
                place = matching;
            }
        }

        return place == int.MaxValue ? null : _numbers[place];
    }

    private static int NextPart(string module, int start) =>
        module.IndexOf('.', start) is >= 0 and var dot ? dot + 1 : -1;

    private bool Add(string pattern, double number)
    {
        if (PlainName().IsMatch(pattern))
        {
            _names.Add(pattern, _numbers.Count);
        }
        else if (
            _expressions.Count < MostExpressions
            && PythonPattern.Parse(@"^(.*\.)?(", pattern, @")\z") is { } expression
        )
        {
            _expressions.Add((expression, _numbers.Count));
        }
        else
        {
            return false;
        }

        _numbers.Add(number);
        return true;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex PlainName();
}
