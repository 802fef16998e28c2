using System.Text;
using MegatronBridge.Config.Yaml;
using MegatronBridge.Storage;

namespace MegatronBridge.Config;

/// <summary>A provider in a file of its own, as upstream's <c>save_hf_pretrained</c> writes it.</summary>
internal static class ProviderFile
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json", ".toml"]; // as upstream looks for them

    // The order in which Python makes the map of a function or an enum member.
    private static readonly string[] LabelKeys = [Targets.Key, "_call_", "_partial_", "_args_", "_name_"];

    /// <summary>The file that a path means: itself, or the one of that name in the folder.</summary>
    /// <exception cref="BadFileException">There is none.</exception>
    public static string Find(string path, string name)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        return Endings.Select(ending => Path.Combine(path, name + ending)).FirstOrDefault(File.Exists)
            ?? throw new BadFileException(path, $"there is no {name}.yaml, {name}.yml or {name}.json in the folder.");
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="BadFileException">It breaks its format, or has fields that <paramref name="mode"/> refuses.</exception>
    /// <exception cref="UnsupportedModelException">Its class is not known.</exception>
    public static ModelProvider Read(string path, InstantiationMode mode)
    {
        ConfigValue.Map model = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".YAML" or ".YML" => YamlReader.Read(ConfigFile.Read(path), path),
            ".JSON" => (ConfigValue.Map)ConfigValue.FromJson(PythonJson.Parse(ConfigFile.Read(path), path)),
            _ => throw new BadFileException(path, "a provider is read from .json, .yaml and .yml files only."),
        };
        ModelProvider provider = ModelSection.Read(InOrder(model.Entries, Sorted), path);
        return mode == InstantiationMode.Lenient || !provider.Unknown.Any()
            ? provider
            : throw new BadFileException(
                path,
                $"{provider.Schema.Name} does not have {string.Join(", ", provider.Unknown.Select(field => field.Key))}. "
                    + $"{nameof(InstantiationMode)}.{nameof(InstantiationMode.Lenient)} keeps them."
            );
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] Write(ModelProvider provider, ConfigFormat format)
    {
        ConfigValue.Map model = ModelSection.Write(provider);
        return Encoding.UTF8.GetBytes(
            format == ConfigFormat.Yaml
                ? YamlWriter.Write((ConfigValue.Map)InOrder(model, PythonsPlace), sortKeys: false)
                : PythonJson.Write(model.ToJson(), ensureAscii: false).TrimEnd('\n')
        );
    }

    private static int PythonsPlace(string key) =>
        Array.IndexOf(LabelKeys, key) is >= 0 and var place ? place : LabelKeys.Length;

    // Maps are compared with their order, and the keys of labels stand sorted everywhere else.
    private static ConfigValue Sorted(ConfigValue value) => InOrder(value, key => key, StringComparer.Ordinal);

    private static ConfigValue InOrder<T>(ConfigValue value, Func<string, T> placeOf, IComparer<T>? comparer = null) =>
        value switch
        {
            ConfigValue.List list => ConfigValue.ListOf(list.Items.Select(item => InOrder(item, placeOf, comparer))),
            ConfigValue.Map map when Targets.Of(map) is not null => InOrder(
                map.Entries.OrderBy(entry => placeOf($"{entry.Key}"), comparer),
                item => InOrder(item, placeOf, comparer)
            ),
            ConfigValue.Map map => InOrder(map.Entries, item => InOrder(item, placeOf, comparer)),
            _ => value,
        };

    private static ConfigValue.Map InOrder(
        IEnumerable<KeyValuePair<ConfigValue, ConfigValue>> entries,
        Func<ConfigValue, ConfigValue> inner
    ) => new([.. entries.Select(entry => KeyValuePair.Create(entry.Key, inner(entry.Value)))]);
}
