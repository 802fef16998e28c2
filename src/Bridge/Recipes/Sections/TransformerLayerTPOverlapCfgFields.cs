using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's TransformerLayerTPOverlapCfg.</summary>
internal static class TransformerLayerTPOverlapCfgFields
{
    public const string Target = "megatron.bridge.training.comm_overlap.TransformerLayerTPOverlapCfg";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Any("qkv_dgrad"),
        Any("qkv_wgrad"),
        Any("fc1_dgrad"),
        Any("fc1_wgrad"),
        Any("qkv_fprop"),
        Any("proj_dgrad"),
        Any("fc1_fprop"),
        Any("fc2_dgrad"),
        Any("proj_fprop"),
        Any("fc2_fprop"),
    ];
}
