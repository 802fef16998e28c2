using MegatronBridge.Config;
using MegatronBridge.Config.Yaml;

namespace MegatronBridge.Translation;

/// <summary>Arguments as they were given to a script of Megatron-LM: names without dashes in front, and values, which are empty for flags.</summary>
internal sealed class MegatronArguments
{
    private const string ModelArguments = "MODEL_ARGS";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>What cannot be read.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What was there and is no argument, and why it does not count.</summary>
    public List<KeyValuePair<string, string>> LeftOut { get; } = [];

    /// <summary>Names and values, in the order in which they were given.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => _values;

    /// <summary>The value of an argument, or null where it was not given.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Reads a command line.</summary>
    /// <exception cref="InvalidConfigException">A quote is not closed.</exception>
    public static MegatronArguments OfCommand(string text)
    {
        MegatronArguments read = new();
        string? name = null;
        List<string> words = [];
        foreach (string word in CommandText.Words(text))
        {
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                read.Add(name, words);
                string[] parts = word.Split('=', 2);
                name = parts[0];
                words = [.. parts.Skip(1)];
            }
            else if (name is null)
            {
                read.Faults.Add($"\"{word}\" stands before the first argument.");
            }
            else
            {
                words.Add(word);
            }
        }

        read.Add(name, words);
        return read;
    }

    /// <summary>Reads a file as Megatron-LM's tests have them, with arguments and values in a map MODEL_ARGS, or at its top.</summary>
    /// <exception cref="Storage.BadFileException">It is no YAML of plain data.</exception>
    public static MegatronArguments OfYaml(ReadOnlySpan<byte> utf8, string path)
    {
        MegatronArguments read = new();
        ConfigValue.Map root = YamlReader.Read(utf8, path);
        ConfigValue? inner = root.Find(ModelArguments);
        if (inner is not (null or ConfigValue.Map))
        {
            read.Faults.Add($"{ModelArguments} is no map with arguments.");
            return read;
        }

        foreach ((ConfigValue key, ConfigValue value) in ((ConfigValue.Map?)inner ?? root).Entries)
        {
            switch (value)
            {
                case ConfigValue.Flag { Value: false }:
                    read.LeftOut.Add(new($"{key}", "false, so it is not given"));
                    break;
                case ConfigValue.Flag or { IsNull: true }:
                    read.Add($"{key}", []);
                    break;
                case ConfigValue.List list:
                    read.Add($"{key}", [.. list.Items.Select(item => $"{item}")]);
                    break;
                default:
                    read.Add($"{key}", [$"{value}"]);
                    break;
            }
        }

        read.LeftOut.AddRange(
            root.Entries.Where(entry => inner is not null && $"{entry.Key}" != ModelArguments)
                .Select(entry => KeyValuePair.Create($"{entry.Key}", "no argument of the training"))
        );
        return read;
    }

    private void Add(string? argument, List<string> words)
    {
        if (argument is null)
        {
            return;
        }

        string name = argument.TrimStart('-').Replace('_', '-');
        string value = string.Join(' ', words);
        if (!_values.TryAdd(name, value) && _values[name] != value)
        {
            Faults.Add($"--{name} is given twice.");
        }
    }
}
