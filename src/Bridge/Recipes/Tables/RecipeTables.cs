using MegatronBridge.Config;
using MegatronBridge.Recipes.Performance;

namespace MegatronBridge.Recipes.Tables;

/// <summary>
/// The tables: what upstream's recipes share and where each differs, read out of upstream's functions; and those that follow from a rule.
/// docs/recipes.md tells the notation.
/// </summary>
internal static class RecipeTables
{
    private static readonly Dictionary<string, string> Bases = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, string> Parents = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, PublishedModel> Models = new(StringComparer.Ordinal);

    /// <summary>Upstream's recipes, table by table.</summary>
    public static IReadOnlyList<Recipe> Upstream { get; } = Read("Recipes/");

    /// <summary>Those for models and modes that upstream has none for.</summary>
    public static IReadOnlyList<Recipe> Derived =>
        [.. Read("DerivedRecipes/").Select(recipe => recipe with { Kind = RecipeKind.Derived })];

    /// <summary>The settings that a base stands for.</summary>
    public static string Base(string name) =>
        Bases.GetValueOrDefault(name)
        ?? PerformanceTables.Base(name)
        ?? throw new ArgumentException($"No settings are called {name}.", nameof(name));

    /// <summary>What stands in the tables of a folder: a line without space before it, and the lines below it that have one.</summary>
    internal static IReadOnlyList<(string Family, string Head, List<string> Lines)> Blocks(string folder)
    {
        List<(string Family, string Head, List<string> Lines)> blocks = [];
        foreach ((string family, string text) in PublishedModels.Files(folder))
        {
            foreach (string line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
            {
                if (line[0] == ' ')
                {
                    blocks[^1].Lines.Add(line.Trim());
                }
                else
                {
                    blocks.Add((family, line, []));
                }
            }
        }

        return blocks;
    }

    /// <summary>What a block says about the recipe itself: <c>of</c> which model it is, what it is called <c>also</c>; null where it does not.</summary>
    internal static string? Said(List<string> lines, string about) =>
        lines.Find(line => line.StartsWith($"{about}: ", StringComparison.Ordinal))?[(about.Length + 2)..];

    /// <summary>The settings among the lines of a block.</summary>
    internal static string Settings(IEnumerable<string> lines) =>
        string.Join('\n', lines.Where(line => !IsAbout(line)));

    private static IReadOnlyList<Recipe> Read(string folder)
    {
        List<Recipe> recipes = [];
        foreach (
            (string family, string head, List<string> lines) in Blocks(folder).OrderBy(block => block.Head[0] == 'r')
        )
        {
            string[] words = head.Split(' ');
            switch (words)
            {
                case ["base", var name, .. var parent]:
                    Bases[name] = parent is [":", var used] ? $"use: {used}\n{Settings(lines)}" : Settings(lines);
                    Parents[name] = parent is [":", var above] ? above : name;
                    break;
                case ["model", var id, "as", var target]:
                    Models[$"{id} as {NameOf(target)}"] = PublishedModel.OfFields(id, target, string.Join('\n', lines));
                    break;
                default:
                    recipes.Add(Of(family, words[1], words[3], lines));
                    break;
            }
        }

        return recipes;
    }

    private static Recipe Of(string family, string name, string used, List<string> lines) =>
        new(ModeOf(used), name, Model(Said(lines, "of")!), $"use: {used}\n{Settings(lines)}")
        {
            Family = family,
            OtherNames = Said(lines, "also")?.Split(' ') ?? [],
        };

    private static PublishedModel Model(string said) =>
        Models.GetValueOrDefault(said)
        ?? (
            said.EndsWith($" as {BuilderSection.Name}", StringComparison.Ordinal)
                ? PublishedModels.Find(said.Split(' ')[0])?.Built()
                : PublishedModels.Find(said)
        )
        ?? throw new InvalidOperationException($"No model is called {said}.");

    private static RecipeMode ModeOf(string used)
    {
        string root = used;
        while (Parents[root] != root)
        {
            root = Parents[root];
        }

        return root switch
        {
            "pretrain" => RecipeMode.Pretrain,
            "sft" or "sft_vlm" => RecipeMode.Sft,
            _ => RecipeMode.Peft,
        };
    }

    private static bool IsAbout(string line) =>
        line.StartsWith("of: ", StringComparison.Ordinal) || line.StartsWith("also: ", StringComparison.Ordinal);

    private static string NameOf(string target) => target[(target.LastIndexOf('.') + 1)..];
}
