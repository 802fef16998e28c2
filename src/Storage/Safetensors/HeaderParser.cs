using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>Reads the JSON of a safetensors header as strictly as the reference implementation does.</summary>
/// <remarks>
/// Two things that the reference accepts are refused: a tensor name that occurs twice (there the last one wins), and an
/// entry written as an array. Unknown fields of an entry are skipped and a metadata key that occurs twice has its last
/// value, as there.
/// </remarks>
internal ref struct HeaderParser
{
    private const int MaxDepth = 128;

    private static readonly string[] Fields = ["dtype", "shape", "data_offsets"];

    private readonly string _path;
    private readonly List<long> _shape = []; // of the entry at hand
    private readonly List<long> _offsets = [];
    private Utf8JsonReader _json;

    private HeaderParser(string path, ReadOnlySpan<byte> json)
    {
        _path = path;
        _json = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>The tensors in the order of the header, and the metadata or null.</summary>
    public static (List<SafetensorsEntry> Entries, OrderedDictionary<string, string>? Metadata) Parse(
        string path,
        ReadOnlySpan<byte> json
    )
    {
        if (!Utf8.IsValid(json))
        {
            throw new BadFileException(path, "the header must be UTF-8, but has bytes that are not.");
        }

        HeaderParser parser = new(path, json);
        try
        {
            return parser.ParseHeader();
        }
        catch (JsonException e)
        {
            throw parser.Fault("the header must be one JSON object and nothing else, but breaks the rules of JSON", e);
        }
        catch (InvalidOperationException e)
        {
            throw parser.Fault("a text in the header has an escape that is no character", e);
        }
    }

    private (List<SafetensorsEntry> Entries, OrderedDictionary<string, string>? Metadata) ParseHeader()
    {
        List<SafetensorsEntry> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        OrderedDictionary<string, string>? metadata = null;

        _json.Read();
        Expect(JsonTokenType.StartObject, "the header must be a JSON object");
        while (NextName() is { } name)
        {
            if (!names.Add(name))
            {
                throw Fault($"the name '{name}' occurs twice");
            }

            if (name == SafetensorsHeader.MetadataName)
            {
                metadata = ParseMetadata();
            }
            else
            {
                entries.Add(ParseEntry(name));
            }
        }

        // Throws when anything but white space follows.
        _json.Read();
        return (entries, metadata);
    }

    private OrderedDictionary<string, string>? ParseMetadata()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        const string rule = $"'{SafetensorsHeader.MetadataName}' must map texts to texts";
        Expect(JsonTokenType.StartObject, rule);
        OrderedDictionary<string, string> metadata = new(StringComparer.Ordinal);
        while (NextName() is { } key)
        {
            Expect(JsonTokenType.String, rule);
            metadata[key] = _json.GetString()!;
        }

        return metadata;
    }

    private SafetensorsEntry ParseEntry(string name)
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw Unexpected($"tensor '{name}' must be described by a JSON object");
        }

        DType? dtype = null;
        List<long>? shape = null; // null until the field was there
        List<long>? offsets = null;
        while (NextName(Fields) is { } field)
        {
            switch (field)
            {
                case "dtype" when dtype is null:
                    dtype = ParseDType(name);
                    break;
                case "shape" when shape is null:
                    shape = ParseNumbers(name, field, _shape);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(name, field, _offsets);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Fault($"tensor '{name}' has the field '{field}' twice");
                default:
                    _json.Skip();
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            throw Fault(
                $"tensor '{name}' must have the fields 'dtype', 'shape' and 'data_offsets', but lacks one of them"
            );
        }

        if (offsets.Count != 2)
        {
            throw Fault($"'data_offsets' of tensor '{name}' must be two numbers, but are {offsets.Count}");
        }

        return MakeEntry(name, dtype.Value, shape, offsets[0], offsets[1]);
    }

    private DType ParseDType(string name)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            throw Unexpected($"'dtype' of tensor '{name}' must be a text");
        }

        string text = _json.GetString()!;
        return DTypes.FromSafetensorsName(text) is { } dtype and not DType.C128
            ? dtype
            : throw Fault($"tensor '{name}' has the dtype '{text}', which safetensors does not know");
    }

    private List<long> ParseNumbers(string name, string field, List<long> numbers)
    {
        numbers.Clear();
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            throw Unexpected(NumbersRule(name, field));
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number)
            {
                throw Unexpected(NumbersRule(name, field));
            }

            numbers.Add(
                _json.TryGetUInt64(out ulong number) && number <= long.MaxValue
                    ? (long)number
                    : throw Fault(NumbersRule(name, field))
            );
        }

        return numbers;
    }

    private static string NumbersRule(string name, string field) =>
        $"'{field}' of tensor '{name}' must be an array of whole numbers from 0 to 2^63-1";

    private readonly SafetensorsEntry MakeEntry(string name, DType dtype, List<long> sizes, long begin, long end)
    {
        long bits = dtype.BitCount();
        long count = 1;
        foreach (long size in sizes)
        {
            long high = Math.BigMul(count, size, out count);
            if (high != 0 || count < 0 || count > long.MaxValue / bits)
            {
                throw Fault(
                    $"the size of tensor '{name}', the product of {string.Join(" x ", sizes)}, exceeds 64 bits"
                );
            }
        }

        bits *= count;
        Shape shape = new(CollectionsMarshal.AsSpan(sizes));
        if (bits % 8 != 0)
        {
            throw Fault(
                $"tensor '{name}' ({dtype.SafetensorsName()} {shape}) has {bits} bits, which do not fill whole bytes"
            );
        }

        return end >= begin && end - begin == bits / 8
            ? new(name, dtype, shape, begin, end)
            : throw Fault(
                $"tensor '{name}' ({dtype.SafetensorsName()} {shape}) takes {bits / 8} bytes, but its 'data_offsets' "
                    + $"[{begin}, {end}] span {(Int128)end - begin}"
            );
    }

    /// <summary>
    /// The next key of the object at hand, with its value as the token to look at; null at its end. Those of <paramref name="known"/> make
    /// no new text: there is one of each in all of many thousand entries.
    /// </summary>
    private string? NextName(ReadOnlySpan<string> known = default)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        string? name = null;
        foreach (string text in known)
        {
            name = _json.ValueTextEquals(text) ? text : name;
        }

        name ??= _json.GetString()!;
        _json.Read();
        return name;
    }

    private readonly void Expect(JsonTokenType type, string rule)
    {
        if (_json.TokenType != type)
        {
            throw Unexpected(rule);
        }
    }

    private readonly BadFileException Unexpected(string rule) => Fault($"{rule}, but is or has {_json.TokenType}");

    private readonly BadFileException Fault(string fault, Exception? inner = null) =>
        new(
            _path,
            $"{fault} (byte {_json.BytesConsumed} of the header). The file is damaged or no safetensors file.",
            inner
        );
}
