using MegatronBridge.Config;
using MegatronBridge.Recipes.Derived;
using MegatronBridge.Recipes.Performance;
using MegatronBridge.Recipes.Tables;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Recipes;

/// <summary>All recipes.</summary>
public static class RecipeList
{
    /// <summary>All recipes: upstream's, table by table, then those derived for models and modes that upstream has none for.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [.. RecipeTables.Upstream, .. RecipeTables.Derived];

    /// <summary>
    /// Upstream's performance recipes, table by table: short runs that measure throughput on a number of GPUs of a kind, in a precision.
    /// They have no functions: choose among them by <see cref="Recipe.Hardware"/>, or by name.
    /// </summary>
    public static IReadOnlyList<Recipe> Performance => PerformanceTables.All;

    private static readonly Dictionary<string, Recipe> ByName = new(
        All.SelectMany(recipe =>
            recipe.OtherNames.Prepend(recipe.Name).Select(name => KeyValuePair.Create(name, recipe))
        ),
        StringComparer.Ordinal
    );

    /// <summary>The names of the families that have recipes.</summary>
    public static IEnumerable<string> Families => All.Select(recipe => recipe.Family).Distinct();

    /// <summary>
    /// The recipe of that name, or null; <c>_config</c> at the end, as upstream's functions have it, does not matter. Of a name that upstream
    /// has twice, as <c>qwen3_30b_a3b_pretrain_16gpu_h100_bf16</c>, it is not the performance recipe.
    /// </summary>
    public static Recipe? Find(string name) => ByName.GetValueOrDefault(Bare(name)) ?? FindPerformance(name);

    /// <summary>The performance recipe of that name, or null.</summary>
    public static Recipe? FindPerformance(string name) => PerformanceTables.Find(Bare(name));

    /// <summary>
    /// A recipe for any model, by the rule of the derived ones: what upstream's recipes of the mode share, and the smallest layout of GPUs of
    /// 80 GB that the model fits.
    /// </summary>
    /// <param name="hfModel">Its config.json, or the folder that this lies in.</param>
    /// <param name="mode">What is trained.</param>
    /// <param name="id">
    /// Where the cluster finds tokenizer and processor: a name on the Hub, or a folder there; <paramref name="hfModel"/> unless told.
    /// </param>
    /// <exception cref="Storage.BadFileException">There is no config.json, or it is damaged.</exception>
    /// <exception cref="UnsupportedModelException">
    /// The architecture is not known, no number of GPUs holds the model, or it sees or hears and there are no data to pretrain it with.
    /// </exception>
    public static Recipe Derive(string hfModel, RecipeMode mode, string? id = null)
    {
        bool isFolder = Directory.Exists(hfModel);
        HfConfig config = HfConfig.Load(isFolder ? Path.Combine(hfModel, HfFolder.ConfigName) : hfModel);
        string name =
            id
            ?? Path.TrimEndingDirectorySeparator(
                isFolder ? hfModel : Path.GetDirectoryName(Path.GetFullPath(hfModel))!
            );
        return DerivedRecipes.For(PublishedModel.OfConfig(name, config.Json, brand: ""), mode);
    }

    /// <summary>The recipe of that name, which there is.</summary>
    internal static Recipe Get(string name) => ByName[name];

    /// <summary>The name closest to a misspelt one.</summary>
    public static string Nearest(string name) =>
        Spelling.Nearest(name, All.Concat(Performance).Select(recipe => recipe.Name))!;

    private static string Bare(string name) =>
        name.EndsWith("_config", StringComparison.Ordinal) ? name[..^"_config".Length] : name;
}
