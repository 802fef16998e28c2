using System.Text;
using System.Text.Unicode;
using MegatronBridge.Storage;

namespace MegatronBridge.Config.Yaml;

/// <summary>
/// Reads one YAML document of plain data, with the meaning that PyYAML gives it. Tags but <c>!!set</c> are refused; nothing is ever made from a name in
/// the file.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxLength = 4 << 20;
    private const int MaxDepth = 64;
    private const string SetTag = "!!set";

    // Aliases may repeat what they name; this bounds what all of it comes to.
    private const int MaxNodes = 1 << 20;

    private readonly YamlCursor _at;
    private readonly Dictionary<string, (ConfigValue Value, int Nodes)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlReader(YamlCursor at) => _at = at;

    /// <summary>Reads the map that a document is; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="BadFileException">
    /// It is not YAML, not UTF-8, not a map, longer than 4 MiB, nested deeper than 64, has more than a million nodes, a key twice, a tag,
    /// a collection as key, or a second document.
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

        return new YamlReader(new(Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF'), path)).ReadDocument();
    }

    private ConfigValue.Map ReadDocument()
    {
        _at.SkipToToken();
        bool marked = _at.AtMarker("---");
        _at.Take(marked ? 3 : 0);
        ConfigValue value = ReadBlockNode(-1, compact: !marked, depth: 0);
        _at.SkipToToken();
        if (_at.AtMarker("..."))
        {
            _at.Take(3);
            _at.SkipToToken();
        }

        if (_at.Peek() != YamlCursor.End)
        {
            throw _at.Fault("the document is expected to end here.");
        }

        return value as ConfigValue.Map ?? throw _at.Fault($"the document is no map, but {value}.");
    }

    // A node inside a collection that begins at column indent. compact: the node may be a list or map although something stands before it
    // in its line. A list in a map needs no more indentation than the map.
    private ConfigValue ReadBlockNode(int indent, bool compact, int depth, bool inMap = false)
    {
        int line = _at.Line;
        Enter(depth);
        _at.SkipToToken();
        bool own = compact || _at.Line > line;
        if (_at.AtEnd || (_at.Column <= indent && !(inMap && _at.Column == indent && _at.IsIndicator('-'))))
        {
            return ConfigValue.Null;
        }

        int column = _at.Column;
        switch (_at.Peek())
        {
            case '&':
                return ReadAnchored(() => ReadBlockNode(indent, own, depth + 1, inMap));
            case '*':
                return ReadAlias();
            case '!':
                TakeSetTag();
                return AsSet(ReadBlockNode(indent, compact: false, depth + 1, inMap));
            case '|' or '>':
                return YamlScalarReader.ReadBlock(_at, indent);
            case '-' when _at.IsIndicator('-'):
                return own ? ReadBlockList(column, depth) : throw _at.Fault("a list must begin on a line of its own.");
            case '?' when _at.IsIndicator('?'):
                return own
                    ? ReadBlockMap(column, null, depth)
                    : throw _at.Fault("a map must begin on a line of its own.");
            case '[' or '{':
                return ReadFlow(depth);
        }

        int start = _at.Line;
        ConfigValue scalar = ReadScalar(indent, flow: false);
        if (!_at.IsIndicator(':') || (_at.Line > start && _at.Column <= indent))
        {
            return scalar;
        }

        return own && _at.Line == start
            ? ReadBlockMap(column, scalar, depth)
            : throw _at.Fault("a map cannot begin here.");
    }

    // Upstream has sets of names; every other tag would make an object.
    private void TakeSetTag()
    {
        foreach ((int place, char expected) in SetTag.Index())
        {
            if (_at.Peek(place) != expected)
            {
                throw NotAllowedTag();
            }
        }

        _at.Take(SetTag.Length);
        if (_at.Peek() is not (' ' or '\n' or '\r'))
        {
            throw NotAllowedTag();
        }
    }

    private ConfigValue.Map AsSet(ConfigValue value) =>
        value is ConfigValue.Map map && map.Entries.All(entry => entry.Value.IsNull)
            ? map with
            {
                IsSet = true,
            }
            : throw _at.Fault($"{SetTag} stands before {value}, which is no map of keys without values.");

    private BadFileException NotAllowedTag() =>
        _at.Fault($"tags are not allowed, but for {SetTag}: a config is plain data.");

    private ConfigValue.List ReadBlockList(int column, int depth)
    {
        List<ConfigValue> items = [];
        while (!_at.AtEnd && _at.Column == column && _at.IsIndicator('-'))
        {
            _at.Take(1);
            items.Add(ReadBlockNode(column, compact: true, depth + 1));
            EndEntry(column);
        }

        return new(items);
    }

    private ConfigValue.Map ReadBlockMap(int column, ConfigValue? firstKey, int depth)
    {
        MapBuilder map = new(this);
        ConfigValue? key = firstKey;
        do
        {
            bool complex = key is null && _at.IsIndicator('?');
            int line = _at.Line;
            key ??= complex ? ReadLongKey(column, depth) : ReadScalar(column, flow: false);
            map.CheckKey(key);
            bool hasValue = _at.IsIndicator(':') && (complex ? _at.Column == column : _at.Line == line);
            if (hasValue)
            {
                _at.Take(1);
            }
            else if (!complex)
            {
                throw _at.Fault($"\":\" is expected behind the key {key}.");
            }

            map.Add(key, hasValue ? ReadBlockNode(column, complex, depth + 1, inMap: true) : ConfigValue.Null);
            EndEntry(column);
            key = null;
        } while (!_at.AtEnd && _at.Column == column);

        return map.ToMap();
    }

    // Behind a question mark; the value's colon stands below it.
    private ConfigValue ReadLongKey(int column, int depth)
    {
        _at.Take(1);
        ConfigValue key = ReadBlockNode(column, compact: true, depth + 1);
        EndEntry(column);
        return key;
    }

    // Behind an entry the next one stands at the same column, or something of a collection around it further to the left.
    private void EndEntry(int column)
    {
        _at.SkipToToken();
        if (!_at.AtEnd && _at.Column > column)
        {
            throw _at.Fault($"found \"{_at.Peek()}\" where the next entry was expected at column {column + 1}.");
        }
    }

    private ConfigValue ReadFlowNode(int depth)
    {
        Enter(depth);
        return _at.Peek() switch
        {
            '&' => ReadAnchored(() => ReadFlowNode(depth + 1)),
            '*' => ReadAlias(),
            '!' => throw NotAllowedTag(),
            '[' or '{' => ReadFlow(depth),
            _ => ReadScalar(-1, flow: true),
        };
    }

    private ConfigValue ReadFlow(int depth)
    {
        bool isMap = _at.Take(1) == "{";
        char close = isMap ? '}' : ']';
        MapBuilder map = new(this);
        List<ConfigValue> items = [];
        _at.SkipToToken();
        while (_at.Peek() != close)
        {
            if (isMap)
            {
                ReadFlowEntry(map, depth);
            }
            else
            {
                items.Add(ReadFlowNode(depth + 1));
            }

            _at.SkipToToken();
            if (_at.Peek() == ',')
            {
                _at.Take(1);
                _at.SkipToToken();
            }
            else if (_at.Peek() != close)
            {
                throw _at.Fault($"\",\" or \"{close}\" is expected.");
            }
        }

        _at.Take(1);
        _at.TakeWhile(" ");
        return _at.IsIndicator(':') ? throw _at.Fault("a list or map cannot be a key.")
            : isMap ? map.ToMap()
            : new ConfigValue.List(items);
    }

    private void ReadFlowEntry(MapBuilder map, int depth)
    {
        bool complex = _at.IsIndicator('?');
        if (complex)
        {
            _at.Take(1);
            _at.SkipToToken();
        }

        int line = _at.Line;
        ConfigValue key = ReadFlowNode(depth + 1);
        bool single = _at.Line == line;
        _at.SkipToToken();
        map.CheckKey(key);
        if (_at.Peek() != ':')
        {
            map.Add(key, ConfigValue.Null);
            return;
        }

        if (!complex && (!single || _at.Line > line))
        {
            throw _at.Fault($"the key {key} and its \":\" must stand in one line.");
        }

        _at.Take(1);
        _at.SkipToToken();
        map.Add(key, _at.Peek() is ',' or '}' ? ConfigValue.Null : ReadFlowNode(depth + 1));
    }

    private ConfigValue ReadScalar(int indent, bool flow)
    {
        if (_at.Peek() is '"' or '\'')
        {
            ConfigValue quoted = YamlScalarReader.ReadQuoted(_at);
            _at.TakeWhile(" ");
            return quoted;
        }

        if (!YamlScalarReader.IsPlain(_at, flow))
        {
            throw _at.Fault($"\"{_at.Peek()}\" cannot begin a value here.");
        }

        string plain = YamlScalarReader.ReadPlain(_at, indent, flow);
        return plain is not ("<<" or "=")
            ? YamlResolver.Resolve(plain)
            : throw _at.Fault($"{plain} (which merges maps or stands for a default value) is not supported.");
    }

    private ConfigValue ReadAnchored(Func<ConfigValue> read)
    {
        string name = ReadName();
        int before = _nodes;
        _at.SkipToToken();
        ConfigValue value = read();
        _anchors[name] = (value, _nodes - before);
        return value;
    }

    private ConfigValue ReadAlias()
    {
        string name = ReadName();
        if (!_anchors.TryGetValue(name, out (ConfigValue Value, int Nodes) named))
        {
            throw _at.Fault($"the alias *{name} names nothing that stands before it.");
        }

        Count(named.Nodes);
        _at.TakeWhile(" ");
        return named.Value;
    }

    private string ReadName()
    {
        _at.Take(1);
        int length = 0;
        while (char.IsAsciiLetterOrDigit(_at.Peek(length)) || _at.Peek(length) is '-' or '_')
        {
            length++;
        }

        return length > 0 ? _at.Take(length) : throw _at.Fault("a name of letters and digits is expected.");
    }

    private void Enter(int depth)
    {
        if (depth > MaxDepth)
        {
            throw _at.Fault($"values are nested deeper than {MaxDepth}.");
        }

        Count(1);
    }

    private void Count(int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            throw _at.Fault($"the document has more than {MaxNodes} values.");
        }
    }

    private sealed class MapBuilder(YamlReader reader)
    {
        private readonly List<KeyValuePair<ConfigValue, ConfigValue>> _entries = [];
        private readonly HashSet<ConfigValue> _keys = [];

        public void CheckKey(ConfigValue key)
        {
            if (!key.IsScalar)
            {
                throw reader._at.Fault("a list or map cannot be a key.");
            }

            if (!_keys.Add(key))
            {
                throw reader._at.Fault($"the key {key} is there twice.");
            }
        }

        public void Add(ConfigValue key, ConfigValue value) => _entries.Add(new(key, value));

        public ConfigValue.Map ToMap() => new(_entries);
    }
}
