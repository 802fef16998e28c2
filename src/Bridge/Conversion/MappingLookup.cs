using System.Text;
using MegatronBridge.Families;
using MegatronBridge.Mapping;

namespace MegatronBridge.Conversion;

/// <summary>
/// The mappings that may be for a parameter, without trying all: names that differ in numbers only have the same ones, and a
/// model of 46,000 parameters has a few dozen of such names.
/// </summary>
internal sealed class MappingLookup(Family family)
{
    private readonly ILookup<string, (int Row, ParameterMapping Mapping)> _byName = family
        .Parameters.Select((mapping, row) => (Row: row, Mapping: mapping))
        .ToLookup(entry => KeyOf(entry.Mapping.Megatron));

    private readonly Dictionary<string, ParameterMapping[]> _found = new(StringComparer.Ordinal);

    /// <summary>Those that may match, in the family's order; whether they do is for <see cref="NamePattern.Match(string, int)"/> to say.</summary>
    public IReadOnlyList<ParameterMapping> For(string name)
    {
        string key = WithoutNumbers(name);
        if (!_found.TryGetValue(key, out ParameterMapping[]? mappings))
        {
            mappings = [.. _byName[key].Concat(_byName[""]).OrderBy(entry => entry.Row).Select(entry => entry.Mapping)];
            _found.Add(key, mappings);
        }

        return mappings;
    }

    /// <summary>The pattern as names of it come out; it may begin a name that goes on, and then it is for all.</summary>
    private static string KeyOf(NamePattern pattern) =>
        pattern.GoesOn ? "" : WithoutNumbers(pattern.Text.Replace("{N+", "").Replace("}", ""));

    /// <summary>A name with one star for each run of digits and stars.</summary>
    private static string WithoutNumbers(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            bool isNumber = c is '*' || char.IsAsciiDigit(c);
            if (!isNumber || result.Length == 0 || result[^1] != '*')
            {
                result.Append(isNumber ? '*' : c);
            }
        }

        return result.ToString();
    }
}
