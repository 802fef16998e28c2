using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's RingExchangeOverlapCfg.</summary>
internal static class RingExchangeOverlapCfgFields
{
    public const string Target = "megatron.bridge.training.comm_overlap.RingExchangeOverlapCfg";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Bool("aggregate", false),
        Text("method", "ring_exchange"),
        Int("num_sm", 1),
        Int("cga_size", 1),
        Bool("set_sm_margin", false),
        Bool("fp8_buf", false),
        Bool("atomic_gemm", false),
    ];
}
