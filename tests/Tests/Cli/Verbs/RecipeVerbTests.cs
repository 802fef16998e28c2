using System.Text;
using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class RecipeVerbTests
{
    [Fact]
    public async Task Every_recipe_of_a_family_is_listed()
    {
        CommandRun text = await CommandRun.OfAsync("recipe", "list", "--family", "llama3");
        CommandRun json = await CommandRun.OfAsync("recipe", "list", "--family", "llama3", "--json");

        Assert.Equal(ExitCode.Done, text.ExitCode);
        Assert.Contains("\nllama31_8b_sft ", text.Out);
        Assert.Equal(
            RecipeList.All.Where(recipe => recipe.Family == "llama3").Select(recipe => recipe.Name),
            json.Json.GetProperty("recipes").EnumerateArray().Select(recipe => recipe.GetProperty("name").GetString()!)
        );
    }

    [Fact]
    public async Task The_list_has_all_or_those_of_upstream_or_those_that_upstream_has_not()
    {
        CommandRun all = await CommandRun.OfAsync("recipe", "list", "--json");
        CommandRun upstream = await CommandRun.OfAsync("recipe", "list", "--upstream", "--json");
        CommandRun derived = await CommandRun.OfAsync("recipe", "list", "--derived", "--json");

        ILookup<bool, string> names = RecipeList.All.ToLookup(recipe => recipe.IsUpstream, recipe => recipe.Name);
        Assert.Equal(RecipeList.All.Select(recipe => recipe.Name), Names(all));
        Assert.Equal(names[true], Names(upstream));
        Assert.Equal(names[false], Names(derived));

        static IEnumerable<string?> Names(CommandRun run) =>
            run.Json.GetProperty("recipes").EnumerateArray().Select(recipe => recipe.GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_show_prints_is_the_file()
    {
        CommandRun run = await CommandRun.OfAsync(
            "recipe",
            "show",
            "llama31_8b_sft",
            "--set",
            "train.global_batch_size=16"
        );

        ConfigContainer read = ConfigContainer.Parse(Encoding.UTF8.GetBytes(run.Out));
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.True(
            read.Says(
                Llama3Recipes.Llama31_8BSft().Build(new KeyValuePair<string, string>("train.global_batch_size", "16"))
            )
        );
    }

    [Fact]
    public async Task Both_kinds_of_JSON_say_the_same()
    {
        CommandRun file = await CommandRun.OfAsync("recipe", "show", "qwen3_8b_peft", "--dora", "--format", "json");
        CommandRun report = await CommandRun.OfAsync("recipe", "show", "qwen3_8b_peft", "--dora", "--json");

        Assert.Equal(
            "megatron.bridge.peft.dora.DoRA",
            file.Json.GetProperty("peft").GetProperty("_target_").GetString()
        );
        Assert.True(JsonElement.DeepEquals(file.Json, report.Json.GetProperty("config")));
    }

    [Theory]
    [InlineData("llama31_8b_sft", "recipe", "show", "llama31_8b_sfd")]
    [InlineData("train.global_batch_size", "recipe", "show", "llama31_8b_sft", "--set", "train.global_batch_sise=1")]
    [InlineData(
        "num_query_groups (8)",
        "recipe",
        "show",
        "llama31_8b_sft",
        "--set",
        "model.tensor_model_parallel_size=16"
    )]
    [InlineData("llama3", "recipe", "list", "--family", "lama3")]
    [InlineData("toml", "recipe", "show", "llama31_8b_sft", "--format", "toml")]
    [InlineData("--dora", "recipe", "show", "llama31_8b_sft", "--dora")]
    [InlineData("recipe list", "recipe", "show")]
    [InlineData("recipe list", "recipe", "lst")]
    public async Task What_is_wrong_is_told(string told, params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(arguments);

        Assert.NotEqual(ExitCode.Done, run.ExitCode);
        Assert.Contains(told, run.Error);
    }
}
