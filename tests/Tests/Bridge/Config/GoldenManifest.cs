using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Tests.Bridge.Config;

/// <summary>What the real Megatron-Bridge made of a model: tests/Fixtures/golden.</summary>
internal sealed class GoldenManifest(string family)
{
    public static IReadOnlyList<string> Families { get; } =
    [
        .. Directory
            .GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal),
    ];

    public JsonObject Json { get; } =
        PythonJson.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden", family + ".json")),
            family
        );

    public HfConfig Config => new((JsonObject)Json["hf"]!["config"]!.DeepClone());

    /// <summary>The config of the model that upstream exports, in the spelling of transformers 5; that of the input when it exports none.</summary>
    public JsonObject ExportedConfig => (JsonObject)(Json["export"]?["config"] ?? Json["hf"]!["config"]!).DeepClone();

    public IReadOnlyList<string> Layouts => [.. ((JsonObject)Json["layouts"]!).Select(layout => layout.Key)];

    /// <summary>Family and layout of every layout that there is.</summary>
    public static IEnumerable<(string Family, string Layout)> All =>
        Families.SelectMany(family => new GoldenManifest(family).Layouts.Select(layout => (family, layout)));

    public JsonObject Layout(string name) => (JsonObject)Json["layouts"]![name]!;

    public int Size(string layout, string name) => (int)Layout(layout)["sizes"]![name]!;

    /// <summary>A section of run_config.yaml without its nulls: that of the first layout, with the changes of this one.</summary>
    public SortedDictionary<string, ConfigValue> Section(string layout, string section)
    {
        SortedDictionary<string, ConfigValue> fields = new(StringComparer.Ordinal);
        foreach ((string field, JsonNode? value) in (JsonObject)Layout(Layouts[0])[section]!)
        {
            fields[field] = ConfigValue.FromJson(value);
        }

        foreach ((string field, JsonNode? value) in Layout(layout)[section + "_changes"] as JsonObject ?? [])
        {
            fields[field] = ConfigValue.FromJson(value);
        }

        foreach (string field in fields.Where(field => field.Value.IsNull).Select(field => field.Key).ToList())
        {
            fields.Remove(field);
        }

        return fields;
    }
}
