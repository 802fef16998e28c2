using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Config.Yaml;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Bridge.Recipes;

/// <summary>Files that upstream's functions wrote (<c>to_yaml</c>, with its real bridges), against ours, field by field.</summary>
public sealed class UpstreamRecipeTests
{
    // Upstream's: a set that only running code fills; and a text where the class has a member of an enum.
    private const string NotWritten = "params_to_save";
    private const string Backend = "attention_backend";

    // What upstream's own checks refuse, and is right here: docs/recipes.md.
    private static readonly string[] Corrected =
    [
        "deepseek_v3_pretrain_256gpu_gb300_fp8mx_partial_cg_dev: model.virtual_pipeline_model_parallel_size: upstream 2, here 4",
    ];

    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "recipes");

    public static TheoryData<string> Names =>
        [
            .. Directory
                .EnumerateFiles(Folder)
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_file_says_of_every_field_what_upstreams_says(string name)
    {
        string path = Path.Combine(Folder, $"{name}.yaml");
        ConfigValue.Map theirs = YamlReader.Read(File.ReadAllBytes(path), path);
        ConfigValue.Map ours = YamlReader.Read(Encoding.UTF8.GetBytes(RecipeList.Find(name)!.Build().ToYaml()), name);

        Assert.Equal(
            "",
            string.Join('\n', Differences("", theirs, ours).Where(line => !Corrected.Contains($"{name}: {line}")))
        );
    }

    [Fact]
    public void There_are_files_of_every_kind_of_model()
    {
        Assert.True(Names.Count >= 12);
        Assert.Contains(Names, row => row.Data.Contains("_vl_", StringComparison.Ordinal));
        Assert.Contains(Names, row => RecipeList.Find(row.Data)!.Build().Model.NumMoeExperts is not null);
        Assert.True(Names.Count(row => RecipeList.Find(row.Data)!.Kind == RecipeKind.Performance) >= 12);
    }

    private static IEnumerable<string> Differences(string path, ConfigValue theirs, ConfigValue ours)
    {
        if (theirs is ConfigValue.Map their && ours is ConfigValue.Map our)
        {
            return their
                .Entries.Concat(our.Entries)
                .Select(entry => $"{entry.Key}")
                .Where(key => key != NotWritten)
                .Distinct()
                .SelectMany(key =>
                    Differences($"{path}.{key}", their.Find(key) ?? "absent", our.Find(key) ?? "absent")
                );
        }

        bool isSame =
            theirs == ours
            || (Number(theirs) is { } number && number == Number(ours))
            || (path.EndsWith(Backend, StringComparison.Ordinal) && $"{theirs}" == Targets.NameOf(ours));
        return isSame ? [] : [$"{path[1..]}: upstream {theirs}, here {ours}"];
    }

    // 1000000 and 1000000.0 are the same to what reads them.
    private static double? Number(ConfigValue value) =>
        value switch
        {
            ConfigValue.Integer { Value: var whole } => (double)whole,
            ConfigValue.Number { Value: var number } => number,
            _ => null,
        };
}
