using System.Globalization;
using System.Numerics;
using System.Text;
using MegatronBridge.Config;

namespace MegatronBridge.Recipes;

/// <summary>
/// Reads a value as upstream's command line does: quoted texts, <c>[a, 'b', 1e-4, null]</c>, <c>{key: value}</c>, and plain words, which are
/// numbers, flags or null where they look so.
/// </summary>
internal ref struct OverrideReader
{
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private OverrideReader(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The value, or null where the text is none.</summary>
    public static ConfigValue? Read(string text)
    {
        OverrideReader reader = new(text);
        ConfigValue? value = reader.ReadValue(0);
        reader.SkipSpaces();
        return reader._at == text.Length ? value : null;
    }

    /// <summary>The inside of a text in quotes, or null where there are none around the whole of it.</summary>
    public static string? Unquoted(string text) =>
        text is ['\'' or '"', _, ..] && Read(text) is ConfigValue.Text { Value: var inner } ? inner : null;

    /// <summary>What a plain word means.</summary>
    public static ConfigValue Word(string text) =>
        text.ToLowerInvariant() switch
        {
            "null" => ConfigValue.Null,
            "true" => true,
            "false" => false,
            "nan" => double.NaN,
            "inf" or "+inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => Number(text) ?? text,
        };

    // Digits may stand in groups: 1_000_000.
    private static ConfigValue? Number(string text)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        if (
            text.Length > 100
            || !text.Any(char.IsAsciiDigit)
            || text is ['_', ..] or [.., '_']
            || text.Contains("__", StringComparison.Ordinal)
        )
        {
            return null;
        }

        return BigInteger.TryParse(
                digits,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out BigInteger whole
            )
                ? new ConfigValue.Integer(whole)
            : double.TryParse(
                digits,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out double number
            )
                ? number
            : null;
    }

    private ConfigValue? ReadValue(int depth)
    {
        SkipSpaces();
        return depth > MaxDepth ? null
            : Peek() is '[' ? ReadList(depth)
            : Peek() is '{' ? ReadMap(depth)
            : Peek() is '\'' or '"' ? ReadQuoted()
            : ReadWord() is { Length: > 0 } word ? Word(word)
            : null;
    }

    private ConfigValue? ReadList(int depth)
    {
        List<ConfigValue> items = [];
        _at++;
        while (!TakeEnd(']'))
        {
            if (ReadValue(depth + 1) is not { } item || !TakeComma(']'))
            {
                return null;
            }

            items.Add(item);
        }

        return new ConfigValue.List(items);
    }

    private ConfigValue? ReadMap(int depth)
    {
        List<(string, ConfigValue)> entries = [];
        _at++;
        while (!TakeEnd('}'))
        {
            SkipSpaces();
            string? key = Peek() is '\'' or '"' ? (ReadQuoted() as ConfigValue.Text)?.Value : ReadWord(inKey: true);
            SkipSpaces();
            if (key is null or "" || Peek() != ':')
            {
                return null;
            }

            _at++;
            if (ReadValue(depth + 1) is not { } value || !TakeComma('}') || entries.Exists(entry => entry.Item1 == key))
            {
                return null;
            }

            entries.Add((key, value));
        }

        return ConfigValue.MapOf(entries);
    }

    // A backslash stands before a quote that belongs to the text, and before itself there.
    private ConfigValue? ReadQuoted()
    {
        char quote = _text[_at++];
        StringBuilder inner = new();
        while (_at < _text.Length)
        {
            char next = _text[_at++];
            if (next == quote)
            {
                return inner.ToString();
            }

            bool isEscape = next == '\\' && _at < _text.Length && (_text[_at] == quote || _text[_at] == '\\');
            inner.Append(isEscape ? _text[_at++] : next);
        }

        return null;
    }

    private string ReadWord(bool inKey = false)
    {
        int start = _at;
        while (
            _at < _text.Length
            && _text[_at] is not (',' or ']' or '}' or '[' or '{' or '\'' or '"')
            && !(inKey && _text[_at] == ':')
        )
        {
            _at++;
        }

        return _text[start.._at].Trim().ToString();
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private void SkipSpaces()
    {
        while (Peek() is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }
    }

    private bool TakeEnd(char end)
    {
        SkipSpaces();
        bool isEnd = Peek() == end;
        _at += isEnd ? 1 : 0;
        return isEnd;
    }

    // Behind an item a comma, or the end, which stays.
    private bool TakeComma(char end)
    {
        SkipSpaces();
        bool isComma = Peek() == ',';
        _at += isComma ? 1 : 0;
        return isComma || Peek() == end;
    }
}
