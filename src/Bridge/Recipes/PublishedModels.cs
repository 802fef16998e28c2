using System.Reflection;
using System.Text.Json.Nodes;

namespace MegatronBridge.Recipes;

/// <summary>
/// The published models whose config.json is known: files of groups of one architecture, each with what its models share and what
/// each says otherwise.
/// </summary>
internal static class PublishedModels
{
    private const string Folder = "Published/";

    private static readonly Lazy<IReadOnlyDictionary<string, PublishedModel>> ById = new(Read);

    /// <summary>All of them, file by file.</summary>
    public static IEnumerable<PublishedModel> All => ById.Value.Values;

    /// <summary>The model of that name on the Hub, or null.</summary>
    public static PublishedModel? Find(string hfId) => ById.Value.GetValueOrDefault(hfId);

    /// <summary>What stands in a file of the library's data.</summary>
    internal static IEnumerable<(string Name, string Text)> Files(string folder)
    {
        Assembly assembly = typeof(PublishedModels).Assembly;
        foreach (
            string name in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            yield return (Path.GetFileNameWithoutExtension(name[folder.Length..]), reader.ReadToEnd());
        }
    }

    private static OrderedDictionary<string, PublishedModel> Read()
    {
        OrderedDictionary<string, PublishedModel> models = new(StringComparer.Ordinal);
        foreach ((string brand, string text) in Files(Folder))
        {
            foreach (JsonObject group in JsonNode.Parse(text)!.AsArray().Cast<JsonObject>())
            {
                foreach ((string id, JsonNode? own) in group["models"]!.AsObject())
                {
                    JsonObject config = (JsonObject)group["shared"]!.DeepClone();
                    Merge(config, own!.AsObject());
                    models.Add(id, PublishedModel.OfConfig(id, config, brand));
                }
            }
        }

        return models;
    }

    private static void Merge(JsonObject config, JsonObject own)
    {
        foreach ((string key, JsonNode? value) in own)
        {
            if (value is JsonObject inner && config[key] is JsonObject known)
            {
                Merge(known, inner);
            }
            else
            {
                config[key] = value?.DeepClone();
            }
        }
    }
}
