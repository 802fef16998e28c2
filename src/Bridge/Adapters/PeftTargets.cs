using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MegatronBridge.Adapters;

/// <summary>
/// A field of adapter_config.json that names modules: a list, of which each is a whole name or the end of one, or an expression for
/// whole names.
/// </summary>
internal sealed class PeftTargets
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Regex? _expression;

    /// <summary>Reads the field; what cannot be is added to the faults.</summary>
    public PeftTargets(string key, JsonNode? field, List<string> faults)
    {
        if (field is JsonArray list && list.All(IsText))
        {
            IsGiven = list.Count > 0;
            _names = [.. list.Select(name => name!.GetValue<string>())];
        }
        else if (IsText(field))
        {
            string pattern = field!.GetValue<string>();
            _expression = PythonPattern.Parse("^(", pattern, @")\z");
            IsGiven = true;
            IsUnclear = _expression is null || pattern is "all-linear";
        }
        else if (field is not null)
        {
            faults.Add($"{key} is {field.ToJsonString()}, neither names nor a pattern");
        }
    }

    /// <summary>True when it names anything.</summary>
    public bool IsGiven { get; }

    /// <summary>True for an expression that only peft itself can tell the meaning of.</summary>
    public bool IsUnclear { get; }

    /// <summary>True for an expression that means a module, and for a whole name: what layers_to_transform says does not matter then.</summary>
    public bool Names(string module) => _expression?.IsMatch(module) == true || _names.Contains(module);

    /// <summary>True when it names a module.</summary>
    public bool Has(string module)
    {
        if (Names(module))
        {
            return true;
        }

        for (int dot = module.IndexOf('.', 0); dot >= 0; dot = module.IndexOf('.', dot + 1))
        {
            if (_names.Contains(module[(dot + 1)..]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;
}
