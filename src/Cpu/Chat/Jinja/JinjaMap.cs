namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>A Python dict: keys in the order of their coming.</summary>
internal sealed class JinjaMap
{
    private readonly OrderedDictionary<object, object?> _entries = new(KeyEquality.Instance);

    public int Count => _entries.Count;

    public IEnumerable<(object? Key, object? Value)> Entries =>
        _entries.Select(entry => (ReferenceEquals(entry.Key, KeyEquality.None) ? null : entry.Key, entry.Value));

    public object? this[object? key]
    {
        set => _entries[KeyOf(key)] = value;
    }

    public bool TryGet(object? key, out object? value) => _entries.TryGetValue(KeyOf(key), out value);

    /// <summary>Whether a value can be a key; of a list, for example, Python makes no hash.</summary>
    public static bool IsKey(object? value) => value is null or string or long or double or bool;

    private static object KeyOf(object? key) =>
        IsKey(key) ? key ?? KeyEquality.None : throw new JinjaException($"a {Values.KindOf(key)} cannot be a key");

    // Numbers are equal across kinds, as in Python: 1, 1.0 and True are one key.
    private sealed class KeyEquality : IEqualityComparer<object>
    {
        public static readonly object None = new();
        public static readonly KeyEquality Instance = new();

        public new bool Equals(object? x, object? y) =>
            ReferenceEquals(x, y)
            || (x is string a ? y is string b && a == b : y is not string && Values.Real(x) == Values.Real(y));

        public int GetHashCode(object key) =>
            key is string text ? text.GetHashCode(StringComparison.Ordinal)
            : Values.IsNumber(key) ? Values.Real(key).GetHashCode()
            : 0;
    }
}
