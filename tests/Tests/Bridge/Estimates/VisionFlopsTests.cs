using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Estimates;

public sealed class VisionFlopsTests
{
    /// <summary>Counted by hand from the config: layers of 4·w² + 2·w·f weights (3·w·f where gated), mergers of (m·w)² + m·w·out, a patch embedding.</summary>
    [Theory]
    [InlineData("qwen3_vl", false)]
    [InlineData("qwen3_5_vl", false)]
    [InlineData("qwen25_vl", true)]
    public void A_tower_looks_at_each_patch_and_each_merged_token(string family, bool isGated)
    {
        ModelProvider provider = Provider(family);
        HfConfig config = KeptConfig.Of(provider, "vision_config");
        long width = config.Integer("hidden_size");
        long inner = config.Integer("intermediate_size");
        long depth = config.Integer("depth");
        long merged = width * config.Integer("spatial_merge_size") * config.Integer("spatial_merge_size");
        long mergers =
            1 + (config.IsSet("deepstack_visual_indexes") ? config.Integers("deepstack_visual_indexes").Count : 0);
        long patch =
            config.Integer("in_channels")
            * config.Integer("temporal_patch_size")
            * config.Integer("patch_size")
            * config.Integer("patch_size")
            * width;
        const int patches = 32;

        BlockFlops tower = Tower(provider, new ImagePatches(16), new ImagePatches(8, Frames: 2));

        long layers = depth * ((4 * width * width) + ((isGated ? 3 : 2) * width * inner));
        long merger = mergers * ((merged * merged) + (merged * config.Integer("out_hidden_size")));
        long mergedTokens = patches / (config.Integer("spatial_merge_size") * config.Integer("spatial_merge_size"));
        long pairs = (16 * 16) + (2 * 8 * 8);
        Assert.Equal(
            (2 * patches * (layers + patch)) + (2 * mergedTokens * merger) + (4 * width * depth * pairs),
            tower.Forward + WindowsSave(config, width, depth)
        );
        Assert.Equal(3 * tower.Forward, tower.Training);
    }

    /// <summary>
    /// By hand: width 32 (Gemma 4 with experts: 24, of which the heads have 32), two layers. Images of 16 and of 64 patches; what is
    /// told of weights is for each patch and for each token made of them.
    /// </summary>
    [Theory]
    [InlineData("gemma3_vl", 32, (2 * ((4 * 32 * 32) + (2 * 32 * 64))) + (32 * 3 * 4 * 4), 64 * 32, 4)] // 16 patches make 4 tokens
    [InlineData("gemma4_vl", 32, (2 * ((4 * 32 * 32) + (3 * 32 * 64))) + (32 * 48), 64 * 32, 4)]
    [InlineData("gemma4_vl-moe", 32, (2 * ((2 * 32 * 24) + (2 * 16 * 24) + (3 * 24 * 40))) + (24 * 12), 64 * 24, 4)]
    [InlineData("kimi_k25", 32, (2 * ((4 * 32 * 32) + (2 * 32 * 48))) + (32 * 48), (128 * 128) + (128 * 64), 4)]
    [InlineData(
        "minimax_m3_vl",
        32,
        (2 * ((4 * 32 * 32) + (2 * 32 * 64))) + (32 * 3 * 2 * 16) + (64 * 32) + (64 * 64), // it projects first
        (64 * 256) + (64 * 64),
        4
    )]
    [InlineData(
        "mistral3_vl",
        32,
        (2 * ((4 * 32 * 32) + (3 * 32 * 64))) + (32 * 48),
        (32 * 128) + (64 * 32) + (64 * 64),
        4
    )]
    public void Towers_of_other_kinds_are_counted_too(string family, int width, int ofPatch, int ofToken, int merge)
    {
        BlockFlops tower = Tower(Provider(family), new ImagePatches(16), new ImagePatches(64));

        const int patches = 16 + 64;
        const int pairs = (16 * 16) + (64 * 64);
        Assert.Equal(
            (2m * patches * ofPatch) + (2m * patches / merge * ofToken) + (4m * width * 2 * pairs),
            tower.Forward
        );
        Assert.Equal(3 * tower.Forward, tower.Training);
    }

    [Fact]
    public void A_frozen_tower_only_looks()
    {
        FlopsOptions options = new() { Images = [new(16)], Lora = new() };

        BlockFlops tower = FlopsCalculator
            .TransformerFlops(Provider("qwen3_vl"), 1, 64, options)
            .Blocks.Single(block => block.Name == "vision tower");

        Assert.Equal(tower.Forward, tower.Training);
    }

    [Fact]
    public void A_model_that_does_not_see_is_refused()
    {
        Assert.Throws<UnsupportedModelException>(() => Tower(Provider("llama"), new ImagePatches(16)));
        Assert.Throws<UnsupportedModelException>(() => Tower(Provider("qwen2_audio"), new ImagePatches(16)));
        Assert.Throws<UnsupportedModelException>(() => Tower(Provider("step3p7"), new ImagePatches(16)));
        Assert.Throws<UnsupportedModelException>(() => Tower(Provider("kimi_k25"), new ImagePatches(16, Frames: 2)));
    }

    [Fact]
    public void An_image_without_patches_is_refused() =>
        Assert.Throws<InvalidConfigException>(() => Tower(Provider("qwen3_vl"), new ImagePatches(0)));

    // Frames of 16 and of 8 patches; a window that is smaller leaves pairs out in the layers that do not see all.
    private static long WindowsSave(HfConfig config, long width, long depth)
    {
        if (!config.IsSet("fullatt_block_indexes"))
        {
            return 0;
        }

        long side = config.Integer("window_size") / config.Integer("patch_size");
        long window = side * side;
        long windowed = depth - config.Integers("fullatt_block_indexes").Count;
        long saved = (16 * Math.Max(0, 16 - window)) + (2 * 8 * Math.Max(0, 8 - window));
        return 4 * width * windowed * saved;
    }

    private static BlockFlops Tower(ModelProvider provider, params ImagePatches[] images) =>
        FlopsCalculator
            .TransformerFlops(provider, 1, 64, new() { Images = images })
            .Blocks.Single(block => block.Name == "vision tower");

    private static ModelProvider Provider(string family) => new GoldenCase(family, "tp1pp1").Provider;
}
