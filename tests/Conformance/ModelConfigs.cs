using System.Text.Json.Nodes;

namespace MegatronBridge.Conformance;

/// <summary>The configs of small models that lie in tests/Fixtures, for theories.</summary>
internal static class ModelConfigs
{
    /// <summary>Models of families that upstream does not convert: name and the fields in which each differs from its class's defaults.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Small { get; } =
        Load("transformers", "models")
            .ToDictionary(model => model.Key, model => model.Value!.DeepClone().AsObject(), StringComparer.Ordinal);

    /// <summary>The models of the golden manifests: name and config.json.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Golden { get; } =
        Directory
            .GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .ToDictionary(
                name => name,
                name => Load("golden", name)["hf"]!["config"]!.DeepClone().AsObject(),
                StringComparer.Ordinal
            )
            .Where(model => model.Value.ContainsKey("architectures")) // those of diffusers are no business of transformers
            .ToDictionary(StringComparer.Ordinal);

    /// <summary>What the real transformers wrote of a small model: <c>config</c> and <c>tensors</c>.</summary>
    public static JsonObject Description(string name) => Load("transformers", name);

    private static JsonObject Load(string folder, string name) =>
        JsonNode
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", folder, name + ".json")))!
            .AsObject();
}
