using System.Globalization;
using MegatronBridge.Config;

namespace MegatronBridge.Translation;

/// <summary>A list as Megatron-LM takes it on its command line, where it may be computed: <c>([0]*3+[1]*58)</c>.</summary>
internal static class ListExpression
{
    private const int MostItems = 1 << 16;

    /// <summary>The list written out, <c>[0,0,0,1]</c>; null for a text that is no such expression.</summary>
    /// <exception cref="InvalidConfigException">It would have more than 65536 items.</exception>
    public static string? WriteOut(string text)
    {
        string bare = text.Replace(" ", "", StringComparison.Ordinal);
        while (bare.Length > 1 && bare[0] == '(' && bare[^1] == ')')
        {
            bare = bare[1..^1];
        }

        if (bare.Length == 0 || bare[0] != '[')
        {
            return null;
        }

        List<string> items = [];
        foreach (string term in bare.Split('+'))
        {
            int end = term.IndexOf(']');
            if (term.Length == 0 || term[0] != '[' || end < 0 || Times(term[(end + 1)..]) is not { } times)
            {
                return null;
            }

            string[] part = term[1..end].Split(',', StringSplitOptions.RemoveEmptyEntries);
            if (!Array.TrueForAll(part, item => int.TryParse(item, CultureInfo.InvariantCulture, out _)))
            {
                return null;
            }

            if (items.Count + ((long)part.Length * times) > MostItems)
            {
                throw new InvalidConfigException($"The list {text} has more than {MostItems} items.");
            }

            for (int i = 0; i < times; i++)
            {
                items.AddRange(part);
            }
        }

        return $"[{string.Join(',', items)}]";
    }

    private static int? Times(string text) =>
        text.Length == 0 ? 1
        : text[0] == '*' && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int times)
            ? times
        : null;
}
