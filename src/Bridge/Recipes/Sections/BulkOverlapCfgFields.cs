using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's BulkOverlapCfg.</summary>
internal static class BulkOverlapCfgFields
{
    public const string Target = "megatron.bridge.training.comm_overlap.BulkOverlapCfg";

    public static IReadOnlyList<ProviderField> All { get; } =
    [IntOrNull("num_sm"), IntOrNull("cga_size"), BoolOrNull("set_sm_margin"), Text("method", "bulk")];
}
