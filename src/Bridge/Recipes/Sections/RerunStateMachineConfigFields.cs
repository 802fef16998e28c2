using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's RerunStateMachineConfig.</summary>
internal static class RerunStateMachineConfigFields
{
    public const string Target = "megatron.bridge.training.config.RerunStateMachineConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Int("error_injection_rate", 0),
        Choice("error_injection_type", "transient_error", "correct_result", "transient_error", "persistent_error"),
        Choice("rerun_mode", "disabled", "disabled", "validate_results", "report_determinism_stats"),
        Bool("check_for_nan_in_loss", true),
        Bool("check_for_spiky_loss", false),
        Float("spiky_loss_factor", 10.0),
    ];
}
