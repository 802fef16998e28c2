using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>The index of a model in several files, <c>model.safetensors.index.json</c>: which tensor is in which.</summary>
public sealed class SafetensorsIndex
{
    private const int MaxBytes = 100_000_000;
    private const string TotalSizeName = "total_size";

    private SafetensorsIndex(
        OrderedDictionary<string, JsonElement> metadata,
        OrderedDictionary<string, string> weightMap
    )
    {
        Metadata = metadata;
        WeightMap = weightMap;
    }

    /// <summary>Facts about the whole, for example <c>total_size</c>, in the order of the file.</summary>
    public IReadOnlyDictionary<string, JsonElement> Metadata { get; }

    /// <summary>File name of each tensor, in the order of the file.</summary>
    public IReadOnlyDictionary<string, string> WeightMap { get; }

    /// <summary>Sum of the sizes of all tensors in bytes, or null when the index does not tell it.</summary>
    public long? TotalSize =>
        Metadata.TryGetValue(TotalSizeName, out JsonElement size)
        && size.ValueKind == JsonValueKind.Number
        && size.TryGetDecimal(out decimal value)
        && value == decimal.Truncate(value)
        && value is >= 0 and <= long.MaxValue
            ? (long)value
            : null;

    /// <summary>Makes an index to be written; <paramref name="metadata"/> is copied, with another total size.</summary>
    public static SafetensorsIndex Create(
        IEnumerable<KeyValuePair<string, string>> weightMap,
        long totalSize,
        IEnumerable<KeyValuePair<string, JsonElement>>? metadata = null
    )
    {
        OrderedDictionary<string, JsonElement> copy = new(metadata ?? [], StringComparer.Ordinal)
        {
            [TotalSizeName] = JsonElement.Parse($"{totalSize}"),
        };
        return new(copy, new OrderedDictionary<string, string>(weightMap, StringComparer.Ordinal));
    }

    /// <summary>Reads an index file.</summary>
    /// <exception cref="BadFileException">It is missing, no strict JSON, or not of the form of an index.</exception>
    public static SafetensorsIndex Read(string path)
    {
        using InputFile file = InputFile.Open(path);
        if (file.Length > MaxBytes)
        {
            throw new BadFileException(path, $"an index has at most {MaxBytes} bytes, this one has {file.Length}.");
        }

        return Parse(file.Read(0, (int)file.Length), path);
    }

    /// <summary>Reads the contents of an index file; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="BadFileException">They are no strict JSON, or not of the form of an index.</exception>
    internal static SafetensorsIndex Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            throw new BadFileException(path, "the index must be UTF-8, but has bytes that are not.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new() { AllowDuplicateProperties = false });
            return FromJson(document.RootElement, path);
        }
        catch (JsonException e)
        {
            string place = e.LineNumber is null
                ? ""
                : $", see line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            throw new BadFileException(path, $"the index must be JSON without a name twice{place}.", e);
        }
        catch (InvalidOperationException e)
        {
            throw new BadFileException(path, "a text in the index has an escape that is no character.", e);
        }
    }

    /// <summary>The contents of the file, as the tool of that style spells them.</summary>
    public string Write(IndexStyle style)
    {
        int indent = style == IndexStyle.Bridge ? 4 : 2;
        bool sorted = style == IndexStyle.Transformers;
        StringBuilder json = new();
        PythonJsonWriter writer = new(json, indent, sorted);
        writer.AppendMap(
            [
                KeyValuePair.Create<string, Action<int>>(
                    "metadata",
                    depth => writer.AppendMap(Metadata, depth, writer.Append)
                ),
                KeyValuePair.Create<string, Action<int>>(
                    "weight_map",
                    depth => writer.AppendMap(WeightMap, depth, writer.Append)
                ),
            ],
            0,
            (append, depth) => append(depth)
        );
        return json.Append(style == IndexStyle.Transformers ? "\n" : "").ToString();
    }

    private static SafetensorsIndex FromJson(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new BadFileException(path, $"the index must be a JSON object, but is {root.ValueKind}.");
        }

        OrderedDictionary<string, JsonElement> metadata = new(StringComparer.Ordinal);
        if (root.TryGetProperty("metadata", out JsonElement facts) && facts.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty fact in facts.EnumerateObject())
            {
                metadata.Add(fact.Name, fact.Value.Clone());
            }
        }

        if (!root.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new BadFileException(path, "the index must have 'weight_map', an object from tensor to file name.");
        }

        OrderedDictionary<string, string> weightMap = new(map.GetPropertyCount(), StringComparer.Ordinal);
        string file = ""; // neighbours are in the same one
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
            {
                throw new BadFileException(path, $"'weight_map' must have a file name for '{entry.Name}'.");
            }

            file = entry.Value.ValueEquals(file) ? file : entry.Value.GetString()!;
            weightMap.Add(entry.Name, file);
        }

        return new(metadata, weightMap);
    }
}
