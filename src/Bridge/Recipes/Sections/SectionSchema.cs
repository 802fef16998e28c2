using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Recipes.Sections;

/// <summary>One of upstream's classes that a run's configuration consists of: its full name and its fields.</summary>
internal sealed record SectionSchema(string Target, IReadOnlyList<ProviderField> Fields)
{
    /// <summary>Name of the class without its module.</summary>
    public string Name => Target[(Target.LastIndexOf('.') + 1)..];

    /// <summary>An object of the class that nothing was said about.</summary>
    public ConfigValue.Map Defaults => DefaultsOf(Target, Fields);

    /// <summary>The field of that name, or null.</summary>
    public ProviderField? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>An object of a class that nothing was said about.</summary>
    public static ConfigValue.Map DefaultsOf(string target, IEnumerable<ProviderField> fields) =>
        ConfigValue.MapOf([(Targets.Key, target), .. fields.Select(field => (field.Name, field.Default))]);
}
