namespace MegatronBridge.Translation;

/// <summary>Which argument of Megatron-LM is which field of Megatron-Bridge's config, and which has none: all that its parser knows.</summary>
internal static class ArgumentTable
{
    private const string Resource = "megatron-lm-arguments.txt";
    private const string Without = "without: ";

    static ArgumentTable()
    {
        List<TranslatedArgument> all = [];
        Dictionary<string, string> withoutField = new(StringComparer.Ordinal);
        string header = "";
        foreach (string line in Lines())
        {
            if (line is ['[', .., ']'])
            {
                header = line[1..^1];
                continue;
            }

            foreach (string name in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (header.StartsWith(Without, StringComparison.Ordinal))
                {
                    withoutField.Add(name, header[Without.Length..]);
                }
                else
                {
                    all.Add(Parse(header.Split(' '), name));
                }
            }
        }

        All = all;
        WithoutField = withoutField;
    }

    /// <summary>All arguments with a field. Where several arguments set a field, it becomes the first of them.</summary>
    public static IReadOnlyList<TranslatedArgument> All { get; }

    /// <summary>Arguments that Megatron-Bridge has no field for, or needs none, and why.</summary>
    public static IReadOnlyDictionary<string, string> WithoutField { get; }

    // name, name=field, or name=field:value.
    private static TranslatedArgument Parse(string[] header, string text)
    {
        string[] parts = text.Split('=');
        string[] field = parts.Length > 1 ? parts[1].Split(':') : [parts[0].Replace('-', '_')];
        ArgumentKind kind = Enum.Parse<ArgumentKind>(header[1], ignoreCase: true);
        string value = kind switch
        {
            ArgumentKind.Flag => "true",
            ArgumentKind.Inverted => "false",
            ArgumentKind.Says => field[1],
            _ => "",
        };
        return new(parts[0], $"{header[0]}.{field[0]}", kind, value);
    }

    private static IEnumerable<string> Lines()
    {
        using Stream stream = typeof(ArgumentTable).Assembly.GetManifestResourceStream(Resource)!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line is not ['#', ..])
            {
                yield return line;
            }
        }
    }
}
