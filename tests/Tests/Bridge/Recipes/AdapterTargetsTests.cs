using MegatronBridge.Config;
using MegatronBridge.Model;
using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Rules;
using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed class AdapterTargetsTests
{
    // Upstream's leave out the Mamba layers of these.
    private static readonly string[] Partial = ["nemotron_3_nano_4b_peft", "nemotron_nano_v2_vl_12b_peft"];

    [Fact]
    public void Adapters_of_every_recipe_reach_every_layer()
    {
        List<string> faults = [];
        foreach (
            Recipe recipe in RecipeList.All.Where(recipe =>
                recipe.Mode == RecipeMode.Peft && !Partial.Contains(recipe.Name)
            )
        )
        {
            ConfigContainer config = recipe.Build();
            List<string> targets = Targets(config);
            faults.AddRange(
                ModelTable
                    .Outline(ModelRules.Completed(config))
                    .Parameters.Where(parameter => parameter.Layer is not null && AdapterTargets.IsLinear(parameter))
                    .GroupBy(parameter => parameter.Layer, AdapterTargets.LayerOf)
                    .Where(layer => !layer.Any(name => targets.Exists(target => AdapterTargets.Means(target, name))))
                    .Select(layer => $"{recipe.Name}: layer {layer.Key} has {string.Join(", ", layer)}")
                    .Take(1)
            );
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public void Every_recipe_of_adapters_keeps_the_rules_with_DoRA_too() =>
        Assert.All(
            RecipeList.All.Where(recipe => recipe.Mode == RecipeMode.Peft),
            recipe => Assert.Equal([], recipe.WithDora().Build().Faults())
        );

    [Fact]
    public void DoRA_leaves_out_grouped_experts()
    {
        Recipe recipe = RecipeList.Find("ling_mini_2p0_peft")!;

        Assert.Equal(["linear_qkv", "linear_proj", "linear_fc1", "linear_fc2"], Targets(recipe.Build()));
        Assert.Equal(
            [
                "linear_qkv",
                "linear_proj",
                "*.mlp.linear_fc1",
                "*.shared_experts.linear_fc1",
                "*.mlp.linear_fc2",
                "*.shared_experts.linear_fc2",
            ],
            Targets(recipe.WithDora().Build())
        );
    }

    [Theory]
    [InlineData(
        "qwen3_8b_peft",
        "[\"linear_qkv\",\"linear_fc3\"]",
        "called linear_fc3. It has linear_proj, linear_qkv"
    )]
    [InlineData("deepseek_v3_peft", "[\"linear_qkv\"]", "linear_kv_up_proj")]
    [InlineData("qwen3_8b_peft", "[\"*.layers.99.*.linear_qkv\"]", "*.layers.99.*.linear_qkv")]
    public void Targets_that_mean_nothing_are_told(string name, string targets, string told)
    {
        ConfigContainer config = RecipeList.Find(name)!.Build().With("peft.target_modules", targets);

        Assert.Contains(told, Assert.Single(config.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_may_have_wildcards()
    {
        ConfigContainer config = Qwen3Recipes
            .Qwen3_8BPeft()
            .Build(new KeyValuePair<string, string>("peft.target_modules", "[\"*.layers.0.*.linear_qkv\"]"));

        Assert.Empty(config.Faults());
    }

    [Fact]
    public void DoRA_of_grouped_experts_is_refused()
    {
        ConfigContainer config = RecipeList
            .Find("ling_mini_2p0_peft")!
            .WithDora()
            .Build(new KeyValuePair<string, string>("peft.target_modules", "[\"linear_fc1\"]"));

        Assert.Contains("*.shared_experts.linear_fc1", Assert.Single(config.Faults()), StringComparison.Ordinal);
    }

    private static List<string> Targets(ConfigContainer config) =>
        [.. ((ConfigValue.List)config["peft.target_modules"]).Items.Select(target => $"{target}")];
}
