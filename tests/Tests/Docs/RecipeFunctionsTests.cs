using System.Reflection;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Docs;

public sealed class RecipeFunctionsTests
{
    [Fact]
    public void The_functions_are_up_to_date_or_else_run_regenerate_in_eng() =>
        Assert.All(RecipeFunctions.Write(), file => Regenerated.AssertSame(file.Path, file.Text));

    [Fact]
    public void No_function_is_left_of_a_recipe_that_is_gone() =>
        Assert.Equal(
            RecipeFunctions.Write().Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal),
            Directory
                .EnumerateFiles(Path.Combine(Repository.Root, RecipeFunctions.Folder), "*.g.cs")
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Every_recipe_has_a_function_that_makes_it() =>
        Assert.All(
            RecipeList.All,
            recipe =>
            {
                Type type = typeof(Recipe).Assembly.GetType(
                    $"MegatronBridge.Recipes.Tables.{RecipeFunctions.ClassOf(recipe.Family)}",
                    true
                )!;
                MethodInfo function = type.GetMethod(RecipeFunctions.Pascal(recipe.Name))!;
                Assert.Same(recipe, function.Invoke(null, null));
            }
        );
}
