using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's PipelineOverlapCfg.</summary>
internal static class PipelineOverlapCfgFields
{
    public const string Target = "megatron.bridge.training.comm_overlap.PipelineOverlapCfg";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        IntOrNull("num_sm"),
        IntOrNull("cga_size"),
        IntOrNull("num_splits"),
        BoolOrNull("set_sm_margin"),
        Any("fp8_buf", ConfigValue.ListOf(false)),
        Bool("atomic_gemm", false),
        Text("method", "pipeline"),
    ];
}
