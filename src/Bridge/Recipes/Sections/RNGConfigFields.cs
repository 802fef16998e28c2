using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's RNGConfig.</summary>
internal static class RNGConfigFields
{
    public const string Target = "megatron.training.config.common_config.RNGConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Int("seed", 1234),
        Bool("te_rng_tracker", false),
        Bool("inference_rng_tracker", false),
        Bool("data_parallel_random_init", false),
    ];
}
