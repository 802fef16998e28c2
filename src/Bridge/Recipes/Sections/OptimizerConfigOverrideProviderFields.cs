using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's OptimizerConfigOverrideProvider.</summary>
internal static class OptimizerConfigOverrideProviderFields
{
    public const string Target = "megatron.bridge.training.config.OptimizerConfigOverrideProvider";

    public static IReadOnlyList<ProviderField> All { get; } = [];
}
