using System.Globalization;
using MegatronBridge.Config;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed class PerformanceRecipeTests
{
    // Upstream's too: the name has another number than the layout that it took over from the larger run.
    private static readonly string[] Larger =
    [
        "deepseek_v3_pretrain_128gpu_vr200_",
        "deepseek_v3_pretrain_64gpu_h100_",
        "qwen3_235b_a22b_pretrain_64gpu_gb200_fp8cs",
        "qwen3_235b_a22b_pretrain_64gpu_gb200_fp8mx",
        "qwen3_235b_a22b_pretrain_64gpu_gb200_nvfp4",
        "qwen3_235b_a22b_pretrain_64gpu_gb300_",
    ];

    [Fact]
    public void There_are_as_many_as_upstream_has_names_and_none_twice()
    {
        Assert.Equal(438, RecipeList.Performance.Count);
        Assert.Equal(438, RecipeList.Performance.Select(recipe => recipe.Name).Distinct().Count());
        Assert.Equal(
            ["b200", "b300", "gb200", "gb300", "h100", "r100", "vr200"],
            RecipeList.Performance.Select(recipe => recipe.Hardware!.Gpu).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["bf16", "fp8cs", "fp8ds", "fp8mx", "fp8sc", "nvfp4"],
            RecipeList.Performance.Select(recipe => recipe.Hardware!.Precision).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void They_are_not_among_the_others_but_found_by_their_names()
    {
        Assert.DoesNotContain(RecipeList.All, recipe => recipe.Kind == RecipeKind.Performance);
        Assert.All(RecipeList.All, recipe => Assert.Null(recipe.Hardware));
        Assert.All(
            RecipeList.Performance,
            recipe => Assert.Same(recipe, RecipeList.FindPerformance($"{recipe.Name}_config"))
        );
        Assert.Same(
            RecipeList.FindPerformance("llama3_8b_pretrain_8gpu_gb200_fp8mx"),
            RecipeList.Find("llama3_8b_pretrain_8gpu_gb200_fp8mx")
        );
        Assert.Equal(RecipeKind.Upstream, RecipeList.Find("qwen3_30b_a3b_pretrain_16gpu_h100_bf16")!.Kind);
    }

    [Fact]
    public void The_number_of_GPUs_in_the_name_holds_the_layout_and_its_copies_share_the_batch() =>
        Assert.All(
            RecipeList.Performance,
            recipe =>
            {
                ConfigContainer config = recipe.Build();
                if (Array.Exists(Larger, name => recipe.Name.StartsWith(name, StringComparison.Ordinal)))
                {
                    Assert.True(config.LeastGpus > recipe.Hardware!.Gpus, recipe.Name);
                    return;
                }

                Assert.True(recipe.Hardware!.Gpus % config.LeastGpus == 0, recipe.Name);
                ModelProvider model = config.Model;
                int copies =
                    recipe.Hardware.Gpus
                    / (model.TensorModelParallelSize * model.ContextParallelSize * model.PipelineModelParallelSize);
                long step = copies * Whole(config, "train.micro_batch_size");
                Assert.True(Whole(config, "train.global_batch_size") % step == 0, recipe.Name);
            }
        );

    [Fact]
    public void They_say_what_benchmarks_share() =>
        Assert.All(
            RecipeList.Performance,
            recipe =>
            {
                ConfigContainer config = recipe.Build();
                Assert.Equal(50, Whole(config, "train.train_iters"));
                Assert.True(config["checkpoint.save"].IsNull, recipe.Name);
                Assert.Equal(1, Whole(config, "env_vars.TORCH_NCCL_HIGH_PRIORITY"));
            }
        );

    // Taken by hand from upstream's functions.
    [Theory]
    [InlineData("llama3_8b_pretrain_8gpu_gb200_fp8mx", "mixed_precision.fp8_recipe", "mxfp8")]
    [InlineData("llama3_8b_pretrain_8gpu_h100_bf16", "env_vars.CUDA_DEVICE_MAX_CONNECTIONS", "1")]
    [InlineData("llama31_405b_pretrain_1024gpu_h100_bf16", "model.tensor_model_parallel_size", "8")]
    [InlineData("glm51_sft_192gpu_gb200_bf16", "model.seq_length", "131072")]
    [InlineData("nemotronh_56b_pretrain_256gpu_b200_fp8cs", "train.global_batch_size", "768")]
    [InlineData("wan_14b_pretrain_16gpu_gb200_bf16", "model.context_parallel_size", "4")]
    public void Settings_are_upstreams(string name, string path, string value) =>
        Assert.Equal(value, $"{RecipeList.Find(name)!.Build()[path]}");

    [Theory]
    [InlineData("llama3_8b_pretrain_8gpu_gb200_fp8mx", 8, "gb200", "fp8mx", "")]
    [InlineData("deepseek_v3_pretrain_256gpu_gb300_fp8mx_large_scale", 256, "gb300", "fp8mx", "large_scale")]
    public void The_name_tells_the_hardware(string name, int gpus, string gpu, string precision, string variant) =>
        Assert.Equal(new RecipeHardware(gpus, gpu, precision, variant), RecipeList.Find(name)!.Hardware);

    private static long Whole(ConfigContainer config, string path) =>
        long.Parse($"{config[path]}", CultureInfo.InvariantCulture);
}
