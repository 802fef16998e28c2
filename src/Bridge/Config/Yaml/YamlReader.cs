using System.Text;
using System.Text.Unicode;
using MegatronBridge.Storage;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MegatronBridge.Config.Yaml;

/// <summary>
/// Reads one YAML document of plain data, with the meaning that PyYAML gives it. Tags are refused; nothing is ever made from a name in
/// the file.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxLength = 4 << 20;
    private const int MaxDepth = 64;

    // Aliases may repeat what they name; this bounds what all of it comes to.
    private const int MaxNodes = 1 << 20;

    private readonly Parser _parser;
    private readonly string _path;
    private readonly Dictionary<string, (ConfigValue Value, int Nodes)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlReader(string text, string path)
    {
        _parser = new(new StringReader(text));
        _path = path;
    }

    /// <summary>Reads the map that a document is; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="BadFileException">
    /// It is not YAML, not UTF-8, not a map, longer than 4 MiB, nested deeper than 64, has more than a million nodes, a key twice, a tag, or
    /// a second document.
    /// </exception>
    public static ConfigValue.Map Read(ReadOnlySpan<byte> utf8, string path)
    {
        if (utf8.Length > MaxLength)
        {
            throw new BadFileException(
                path,
                $"{utf8.Length} bytes of YAML are more than the {MaxLength} that are read."
            );
        }

        if (!Utf8.IsValid(utf8))
        {
            throw new BadFileException(path, "the file is not UTF-8 text.");
        }

        YamlReader reader = new(Encoding.UTF8.GetString(utf8), path);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            throw new BadFileException(path, $"line {e.Start.Line}: not valid YAML: {e.Message}", e);
        }
    }

    private ConfigValue.Map ReadDocument()
    {
        Next<StreamStart>();
        Next<DocumentStart>();
        ConfigValue value = ReadNode(0);
        Next<DocumentEnd>();
        Next<StreamEnd>();
        return value as ConfigValue.Map ?? throw new BadFileException(_path, $"a map is expected, found {value}.");
    }

    private ConfigValue ReadNode(int depth)
    {
        ParsingEvent next = Peek();
        if (depth > MaxDepth)
        {
            throw Fault(next, $"values are nested deeper than {MaxDepth}.");
        }

        int before = _nodes;
        Count(next, 1);
        if (next is AnchorAlias alias)
        {
            _parser.MoveNext();
            if (!_anchors.TryGetValue(alias.Value.Value, out (ConfigValue Value, int Nodes) named))
            {
                throw Fault(next, $"the alias *{alias.Value} names nothing that stands before it.");
            }

            Count(next, named.Nodes);
            return named.Value;
        }

        NodeEvent node = next as NodeEvent ?? throw Fault(next, "a value is expected.");
        if (!node.Tag.IsEmpty)
        {
            throw Fault(node, $"the tag {node.Tag} is not allowed: a config is plain data.");
        }

        ConfigValue value = node switch
        {
            MappingStart => ReadMap(depth),
            SequenceStart => ReadList(depth),
            _ => ReadScalar(),
        };
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor.Value] = (value, _nodes - before);
        }

        return value;
    }

    private ConfigValue.Map ReadMap(int depth)
    {
        Next<MappingStart>();
        List<KeyValuePair<ConfigValue, ConfigValue>> entries = [];
        HashSet<ConfigValue> keys = [];
        while (Peek() is not MappingEnd)
        {
            ParsingEvent at = Peek();
            ConfigValue key = ReadNode(depth + 1);
            if (!key.IsScalar || (key is ConfigValue.Text { Value: "<<" } && at is Scalar { Style: ScalarStyle.Plain }))
            {
                throw Fault(at, $"{key} cannot be a key here.");
            }

            if (!keys.Add(key))
            {
                throw Fault(at, $"the key {key} is there twice.");
            }

            entries.Add(new(key, ReadNode(depth + 1)));
        }

        Next<MappingEnd>();
        return new(entries);
    }

    private ConfigValue.List ReadList(int depth)
    {
        Next<SequenceStart>();
        List<ConfigValue> items = [];
        while (Peek() is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        Next<SequenceEnd>();
        return new(items);
    }

    private ConfigValue ReadScalar()
    {
        Scalar scalar = Next<Scalar>();
        return scalar.Style == ScalarStyle.Plain ? YamlResolver.Resolve(scalar.Value) : scalar.Value;
    }

    private void Count(ParsingEvent at, int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            throw Fault(at, $"the document has more than {MaxNodes} values.");
        }
    }

    private ParsingEvent Peek()
    {
        while (_parser.Current is null or Comment)
        {
            if (!_parser.MoveNext())
            {
                throw new BadFileException(_path, "the document ends too early.");
            }
        }

        return _parser.Current;
    }

    private T Next<T>()
        where T : ParsingEvent
    {
        ParsingEvent next = Peek();
        if (next is not T expected)
        {
            throw Fault(next, $"{typeof(T).Name} is expected, found {next.GetType().Name}.");
        }

        _parser.MoveNext();
        return expected;
    }

    private BadFileException Fault(ParsingEvent at, string fault) => new(_path, $"line {at.Start.Line}: {fault}");
}
