using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Derived;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed class DerivedRecipeTests
{
    [Fact]
    public void Every_published_model_has_a_recipe_for_each_mode_that_it_can_be_trained_in()
    {
        ILookup<string, RecipeMode> modes = RecipeList.All.ToLookup(recipe => recipe.Model.HfId, recipe => recipe.Mode);
        Assert.All(
            PublishedModels.All,
            model =>
            {
                Assert.Contains(RecipeMode.Sft, modes[model.HfId]);
                Assert.True(
                    model.HfId.StartsWith("Qwen/Qwen3-Next", StringComparison.Ordinal)
                        || modes[model.HfId].Contains(RecipeMode.Peft)
                );
                Assert.True(
                    (model.IsMultimodal && !DerivedData.HasMock(model))
                        || modes[model.HfId].Contains(RecipeMode.Pretrain),
                    model.HfId
                );
            }
        );
    }

    [Theory]
    [InlineData("phi_2_sft", 1)]
    [InlineData("command_r_plus_peft", 4)]
    [InlineData("mixtral_8x7b_sft", 16)]
    public void The_layout_is_the_smallest_that_fits(string name, int gpus) =>
        Assert.Equal(gpus, RecipeList.Find(name)!.Build().LeastGpus);

    [Fact]
    public void Adapters_need_no_more_GPUs_than_all_weights()
    {
        ILookup<string, Recipe> derived = RecipeList
            .All.Where(recipe => !recipe.IsUpstream)
            .ToLookup(recipe => recipe.Model.HfId);
        Assert.All(
            derived.Where(recipes =>
                recipes.Any(recipe => recipe.Mode == RecipeMode.Sft)
                && recipes.Any(recipe => recipe.Mode == RecipeMode.Peft)
            ),
            recipes =>
                Assert.True(
                    recipes.First(recipe => recipe.Mode == RecipeMode.Peft).Build().LeastGpus
                        <= recipes.First(recipe => recipe.Mode == RecipeMode.Sft).Build().LeastGpus
                )
        );
    }

    [Theory]
    [InlineData("phi_4_pretrain", "pretrain", "microsoft/phi-4")]
    [InlineData("granite_3p3_8b_peft", "peft", "ibm-granite/granite-3.3-8b-base")]
    [InlineData("mixtral_8x7b_sft", "sft", "mistralai/Mixtral-8x7B-v0.1")]
    [InlineData("deepseek_v3_sft", "sft", "deepseek-ai/DeepSeek-V3")]
    public void Names_are_like_upstreams(string name, string mode, string model)
    {
        Recipe recipe = RecipeList.Find(name)!;

        Assert.False(recipe.IsUpstream);
        Assert.Equal(mode, recipe.Mode.ToString().ToLowerInvariant());
        Assert.Equal(model, recipe.Model.HfId);
    }

    [Fact]
    public void Models_that_see_are_pretrained_on_mock_images()
    {
        ConfigContainer config = RecipeList.Find("qwen25_vl_7b_pretrain_mock")!.Build();

        Assert.Equal(
            "megatron.bridge.data.builders.mock_vlm_sft.MockVLMSFTDatasetConfig",
            $"{config["dataset._target_"]}"
        );
        Assert.Equal("Qwen/Qwen2.5-VL-7B-Instruct", $"{config["dataset.hf_processor_path"]}");
        Assert.True(config["model.freeze_vision_model"] == true);
    }
}
