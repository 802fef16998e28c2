using System.Text.Json;

namespace MegatronBridge.Cpu.Tokenizers.Models;

/// <summary>Tokens and their ids.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<int, string> _tokens;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private Vocabulary(Dictionary<string, int> ids)
    {
        _ids = ids;
        _lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _tokens = new Dictionary<int, string>(ids.Count);
        foreach ((string token, int id) in ids)
        {
            _tokens[id] = token;
        }
    }

    public int Count => _ids.Count;
    public IEnumerable<KeyValuePair<string, int>> Entries => _ids;

    /// <summary>Reads an object of tokens and ids.</summary>
    public static Vocabulary Read(JsonPart part)
    {
        if (!part.IsObject)
        {
            throw part.Fault("an object of tokens and their ids is expected");
        }
        var ids = new Dictionary<string, int>(part.Element.GetPropertyCount(), StringComparer.Ordinal);
        foreach (JsonProperty entry in part.Element.EnumerateObject())
        {
            string token = entry.Name;
            bool isWhole =
                entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out int id) && id >= 0;
            ids[token] = isWhole ? entry.Value.GetInt32() : part[token].Whole();
        }
        return new Vocabulary(ids);
    }

    /// <summary>Tokens whose ids are their places; a token that comes twice has the later one.</summary>
    public static Vocabulary Of(IReadOnlyList<string> tokens)
    {
        var ids = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (int i = 0; i < tokens.Count; i++)
        {
            ids[tokens[i]] = i;
        }
        return new Vocabulary(ids);
    }

    public bool TryGetId(ReadOnlySpan<char> token, out int id) => _lookup.TryGetValue(token, out id);

    public int? IdOf(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out int id) ? id : null;

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);
}
