using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MegatronBridge.Adapters;

/// <summary>
/// <c>layers_to_transform</c> and <c>layers_pattern</c> of adapter_config.json: the numbers of the layers that are adapted. A number belongs to the
/// last name before it that the pattern allows; without a pattern, to any.
/// </summary>
internal sealed class PeftLayers
{
    private readonly HashSet<int>? _numbers;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Reads both fields; what cannot be is added to the faults.</summary>
    public PeftLayers(JsonNode? numbers, JsonNode? pattern, List<string> faults)
    {
        JsonNode?[] given =
            numbers is JsonArray list ? [.. list]
            : numbers is null ? []
            : [numbers];
        if (given.Length > 0)
        {
            _numbers = [.. given.Select(NumberOf).OfType<int>()];
        }

        JsonNode?[] names =
            pattern is JsonArray all ? [.. all]
            : pattern is null ? []
            : [pattern];
        _names = [.. names.Where(IsName).Select(name => name!.GetValue<string>()).Where(name => name.Length > 0)];
        if (given.Any(one => NumberOf(one) is null) || !names.All(IsName))
        {
            faults.Add(
                $"layers_to_transform is {PeftConfig.Written(numbers)} with layers_pattern {PeftConfig.Written(pattern)}, which are no numbers "
                    + "of layers with the names before them"
            );
        }
    }

    /// <summary>True when a module is in one of the layers, or all layers are adapted.</summary>
    public bool Has(string module)
    {
        if (_numbers is null)
        {
            return true;
        }

        string[] parts = module.Split('.');
        for (int i = parts.Length - 2; i > 0; i--)
        {
            if (
                (_names.Count == 0 || _names.Contains(parts[i - 1]))
                && int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            )
            {
                return _numbers.Contains(number);
            }
        }

        return false;
    }

    private static int? NumberOf(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number
        && int.TryParse(node.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private static bool IsName(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String
        && node.GetValue<string>().All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.');
}
