using MegatronBridge.Families;
using MegatronBridge.Mapping;

namespace MegatronBridge.Conversion;

/// <summary>
/// The mappings that may be for a parameter, without trying all: names that differ in numbers only have the same ones, and a
/// model of 46,000 parameters has a few dozen of such names.
/// </summary>
internal sealed class MappingLookup(Family family)
{
    private const int LongName = 256;

    private readonly ILookup<string, (int Row, ParameterMapping Mapping)> _byName = family
        .Parameters.Select((mapping, row) => (Row: row, Mapping: mapping))
        .ToLookup(entry => KeyOf(entry.Mapping.Megatron));

    private readonly Dictionary<string, ParameterMapping[]> _found = new(StringComparer.Ordinal);

    /// <summary>Those that may match, in the family's order; whether they do is for <see cref="NamePattern.Match(string, int)"/> to say.</summary>
    public IReadOnlyList<ParameterMapping> For(string name)
    {
        Span<char> room = name.Length <= LongName ? stackalloc char[name.Length] : new char[name.Length];
        ReadOnlySpan<char> key = WithoutNumbers(name, room);
        if (!_found.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out ParameterMapping[]? mappings))
        {
            mappings =
            [
                .. _byName[key.ToString()]
                    .Concat(_byName[""])
                    .OrderBy(entry => entry.Row)
                    .Select(entry => entry.Mapping),
            ];
            _found.Add(key.ToString(), mappings);
        }

        return mappings;
    }

    /// <summary>The pattern as names of it come out; it may begin a name that goes on, and then it is for all.</summary>
    private static string KeyOf(NamePattern pattern) =>
        pattern.GoesOn ? "" : WithoutNumbers(pattern.Text.Replace("{N+", "").Replace("}", ""));

    private static string WithoutNumbers(string text) => WithoutNumbers(text, new char[text.Length]).ToString();

    /// <summary>A name with one star for each run of digits and stars, in <paramref name="room"/> of its length.</summary>
    private static ReadOnlySpan<char> WithoutNumbers(ReadOnlySpan<char> text, Span<char> room)
    {
        int length = 0;
        foreach (char c in text)
        {
            bool isNumber = c is '*' || char.IsAsciiDigit(c);
            if (!isNumber || length == 0 || room[length - 1] != '*')
            {
                room[length++] = isNumber ? '*' : c;
            }
        }

        return room[..length];
    }
}
