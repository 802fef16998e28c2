using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Recipes;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed class RecipeListTests
{
    [Fact]
    public void Every_recipe_builds_keeps_the_rules_and_reads_back_the_same() => AssertGood(RecipeList.All);

    [Fact]
    public void Every_performance_recipe_does_so_too() => AssertGood(RecipeList.Performance);

    private static void AssertGood(IReadOnlyList<Recipe> recipes)
    {
        List<string> faults = [];
        foreach (Recipe recipe in recipes)
        {
            try
            {
                ConfigContainer config = recipe.Build();
                faults.AddRange(config.Faults().Select(fault => $"{recipe.Name}: {fault}"));
                string yaml = config.ToYaml();
                ConfigContainer again = ConfigContainer.Parse(Encoding.UTF8.GetBytes(yaml));
                if (!again.Says(config) || again.ToYaml() != yaml)
                {
                    faults.Add($"{recipe.Name}: reads back as another");
                }
            }
            catch (Exception e) when (e is InvalidConfigException or UnsupportedModelException or BadFileException)
            {
                faults.Add($"{recipe.Name}: {e.Message}");
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public void Names_are_unique()
    {
        Assert.Equal(RecipeList.All.Count, RecipeList.All.Select(recipe => recipe.Name).Distinct().Count());
    }
}
