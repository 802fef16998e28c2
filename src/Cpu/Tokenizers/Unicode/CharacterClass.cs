namespace MegatronBridge.Cpu.Tokenizers.Unicode;

/// <summary>The classes of characters that a regular expression can name.</summary>
internal static class CharacterClass
{
    private static readonly Lazy<CodeSet[]> ByCategory = new(() =>
        CodeSet.ByValue(UnicodeData.Instance.Categories, UnicodeData.CategoryNames.Length)
    );

    public static CodeSet Digit => Category("Nd")!;
    public static CodeSet HexDigit { get; } =
        CodeSet.Range('0', '9').Or(CodeSet.Range('a', 'f')).Or(CodeSet.Range('A', 'F'));
    public static CodeSet Any { get; } = CodeSet.Of().Not();
    public static CodeSet NewLine { get; } = CodeSet.Of('\n');

    /// <summary>The class of <c>\p{name}</c>: a category, a group of categories, a script or a property; null when it is unknown.</summary>
    public static CodeSet? Named(string name)
    {
        string plain = Plain(name);
        UnicodeData data = UnicodeData.Instance;
        return plain switch
        {
            "any" => Any,
            "letter" => Category("L"),
            "mark" => Category("M"),
            "number" => Category("N"),
            "punctuation" or "punct" => Category("P"),
            "symbol" => Category("S"),
            "separator" => Category("Z"),
            "other" => Category("C"),
            "digit" => Digit,
            "space" => data.Space,
            "word" => data.Word,
            "alpha" or "alphabetic" => data.Alphabetic,
            "upper" or "uppercase" => data.Uppercase,
            "lower" or "lowercase" => data.Lowercase,
            "alnum" => data.Alphabetic.Or(Digit),
            "xdigit" => HexDigit,
            "ascii" => CodeSet.Range(0, 127),
            "lc" or "casedletter" => Category("Lu")!.Or(Category("Ll")!).Or(Category("Lt")!),
            _ => Category(plain) ?? Script(plain),
        };
    }

    /// <summary>The class of <c>[:name:]</c>, or null.</summary>
    public static CodeSet? Bracket(string name) =>
        name switch
        {
            "punct" => Category("P")!.Or(Category("S")!),
            "cntrl" => Category("Cc"),
            "blank" => Category("Zs")!.Or(CodeSet.Of('\t')),
            "alpha" or "digit" or "alnum" or "upper" or "lower" or "space" or "xdigit" or "word" or "ascii" => Named(
                name
            ),
            _ => null,
        };

    /// <summary>The set with everything that differs from a member in case only.</summary>
    public static CodeSet CaseClosure(CodeSet set)
    {
        Dictionary<int, int[]> fold = UnicodeData.Instance.Fold;
        var folded = new HashSet<int>();
        foreach ((int code, int[] to) in fold)
        {
            if (set.Contains(code) || set.Contains(to[0]))
            {
                folded.Add(to[0]);
            }
        }
        return folded.Count == 0
            ? set
            : set.Or(CodeSet.Of(folded))
                .Or(CodeSet.Of(fold.Where(pair => folded.Contains(pair.Value[0])).Select(pair => pair.Key)));
    }

    private static CodeSet? Category(string name)
    {
        CodeSet? union = null;
        for (int i = 0; i < UnicodeData.CategoryNames.Length; i++)
        {
            string category = UnicodeData.CategoryNames[i];
            if (
                category.Equals(name, StringComparison.OrdinalIgnoreCase)
                || (name.Length == 1 && category.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            )
            {
                union = union is null ? ByCategory.Value[i] : union.Or(ByCategory.Value[i]);
            }
        }
        return union;
    }

    private static CodeSet? Script(string name)
    {
        int index = Array.FindIndex(UnicodeData.Instance.ScriptNames, script => Plain(script) == name);
        byte[] scripts = UnicodeData.Instance.Scripts;
        return index < 0 ? null : CodeSet.Where(code => scripts[code] == index + 1);
    }

    private static string Plain(string name) =>
        name.Replace("_", "").Replace(" ", "").Replace("-", "").ToLowerInvariant();
}
