using System.Globalization;
using System.Text.RegularExpressions;
using MegatronBridge.Estimates;
using MegatronBridge.Layout;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed partial class DerivedRecipeTests
{
    // What the models' pages tell where the name tells nothing, or rounds much: billions of parameters.
    private static readonly Dictionary<string, double> Told = new(StringComparer.Ordinal)
    {
        ["microsoft/phi-1_5"] = 1.42,
        ["microsoft/phi-2"] = 2.78,
        ["microsoft/phi-4"] = 14.7,
        ["microsoft/Phi-3-mini-4k-instruct"] = 3.82,
        ["microsoft/Phi-3-medium-4k-instruct"] = 14.0,
        ["openai-community/gpt2"] = 0.124,
        ["openai-community/gpt2-medium"] = 0.355,
        ["openai-community/gpt2-large"] = 0.774,
        ["openai-community/gpt2-xl"] = 1.56,
        ["mistralai/Mistral-Nemo-Base-2407"] = 12.2,
        ["mistralai/Mistral-Large-Instruct-2407"] = 123,
        ["mistralai/Mixtral-8x7B-v0.1"] = 46.7,
        ["mistralai/Mixtral-8x22B-v0.1"] = 141,
        ["CohereLabs/c4ai-command-r-v01"] = 35.0,
        ["CohereLabs/c4ai-command-r-plus"] = 104,
        ["CohereLabs/c4ai-command-r7b-12-2024"] = 8.03,
        ["CohereLabs/c4ai-command-a-03-2025"] = 111,
        ["deepseek-ai/DeepSeek-V2-Lite"] = 15.7,
        ["deepseek-ai/DeepSeek-V2"] = 236,
        ["deepseek-ai/DeepSeek-V3"] = 671,
        ["deepseek-ai/DeepSeek-V4-Flash"] = 284,
        ["deepseek-ai/DeepSeek-V4-Pro"] = 1600,
        ["zai-org/GLM-4.5"] = 355,
        ["zai-org/GLM-4.5-Air"] = 106,
        ["zai-org/GLM-4.5V"] = 108,
        ["zai-org/GLM-4.7-Flash"] = 30,
        ["zai-org/GLM-5"] = 744,
        ["zai-org/GLM-5.2"] = 744,
        ["moonshotai/Kimi-K2-Instruct"] = 1026,
        ["moonshotai/Kimi-K2.5"] = 1026,
        ["MiniMaxAI/MiniMax-M2.5"] = 229,
        ["MiniMaxAI/MiniMax-M3"] = 428,
        ["XiaomiMiMo/MiMo-7B-Base"] = 7.6,
        ["XiaomiMiMo/MiMo-V2-Flash"] = 309,
        ["stepfun-ai/Step-3.5-Flash"] = 199,
        ["stepfun-ai/Step-3.7-Flash"] = 199,
        ["inclusionAI/Ling-mini-2.0"] = 16.3,
        ["meta-llama/Llama-2-7b-hf"] = 6.74,
        ["meta-llama/Meta-Llama-3-8B"] = 8.03,
        ["meta-llama/Llama-3.2-1B"] = 1.24,
        ["meta-llama/Llama-3.2-3B"] = 3.21,
        ["allenai/OLMoE-1B-7B-0125"] = 6.92,
        ["allenai/OLMo-2-0425-1B"] = 1.48,
        ["google/gemma-2b"] = 2.51,
        ["google/gemma-7b"] = 8.54,
        ["google/gemma-2-2b"] = 2.61,
        ["google/gemma-3-4b-it"] = 4.3,
        ["google/gemma-4-E4B-it"] = 8.0,
        ["Qwen/Qwen2.5-VL-3B-Instruct"] = 3.75,
        ["Qwen/Qwen2.5-VL-7B-Instruct"] = 8.29,
        ["Qwen/Qwen2-Audio-7B-Instruct"] = 8.4,
        ["Qwen/Qwen2-7B"] = 7.62,
        ["Qwen/Qwen2.5-7B"] = 7.62,
        ["Qwen/Qwen3-VL-8B-Instruct"] = 8.77,
        ["Qwen/Qwen3-VL-4B-Instruct"] = 4.44,
        ["Qwen/Qwen3-VL-2B-Instruct"] = 2.13,
        ["Qwen/Qwen3-Omni-30B-A3B-Instruct"] = 31.7,
        ["Qwen/Qwen1.5-MoE-A2.7B"] = 14.3,
        ["Qwen/Qwen3.5-0.8B"] = 0.85,
        ["Qwen/Qwen3.5-2B"] = 2.2,
        ["Qwen/Qwen3.5-4B"] = 4.5,
        ["mistralai/Ministral-3-3B-Instruct-2512"] = 3.85,
        ["mistralai/Ministral-3-8B-Instruct-2512"] = 8.9,
        ["mistralai/Ministral-3-3B-Base-2512"] = 3.85,
        ["mistralai/Ministral-3-8B-Base-2512"] = 8.9,
        ["nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16"] = 13.2,
        ["nvidia/Nemotron-3-Nano-Omni-30B-A3B-Reasoning-BF16"] = 33.0,
        ["nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"] = 31.6,
        ["LGAI-EXAONE/EXAONE-4.0-1.2B"] = 1.28,
        ["ibm-granite/granite-3.3-2b-base"] = 2.53,
        ["nvidia/Minitron-4B-Base"] = 4.19,
        ["bigcode/starcoder2-15b"] = 15.96,
        ["EleutherAI/gpt-neox-20b"] = 20.6,
    };

    public static TheoryData<string> Models => [.. PublishedModels.All.Select(model => model.HfId)];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_published_model_has_as_many_parameters_as_its_name_says(string id)
    {
        ParameterCount count = ParameterCount.Of(
            new ModelDescription(id, PublishedModels.Find(id)!.ToProvider()).LaidOut(ParallelSizes.One)
        );
        double billions = (count.Total - count.Prediction) / 1e9;

        double told = Told.TryGetValue(id, out double published) ? published : Named(id);
        Assert.True(
            Math.Abs(billions - told) <= told * 0.06,
            $"{id}: {billions:0.00} billion parameters, published {told}"
        );
    }

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
                Assert.True(model.IsMultimodal || modes[model.HfId].Contains(RecipeMode.Pretrain), model.HfId);
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

    private static double Named(string id)
    {
        Match match = Size().Match(id);
        Assert.True(match.Success, $"{id} does not tell its size.");
        double size = double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].Value is "m" or "M" ? size / 1000 : size;
    }

    [GeneratedRegex(@"[-_.](\d+(?:\.\d+)?)([bBmM])(?=-|$)")]
    private static partial Regex Size();
}
