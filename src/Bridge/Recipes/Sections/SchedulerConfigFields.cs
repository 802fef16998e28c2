using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's SchedulerConfig.</summary>
internal static class SchedulerConfigFields
{
    public const string Target = "megatron.bridge.training.config.SchedulerConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Choice("lr_decay_style", "linear", "constant", "linear", "cosine", "inverse-square-root", "WSD"),
        Choice("lr_wsd_decay_style", "exponential", "exponential", "linear", "cosine", "minus_sqrt"),
        IntOrNull("lr_decay_iters"),
        IntOrNull("lr_decay_samples"),
        IntOrNull("lr_wsd_decay_iters"),
        IntOrNull("lr_wsd_decay_samples"),
        FloatOrNull("lr_warmup_fraction"),
        Int("lr_warmup_iters", 0),
        Int("lr_warmup_samples", 0),
        Float("lr_warmup_init", 0.0),
        IntOrNull("lr_decay_steps"),
        IntOrNull("lr_warmup_steps"),
        Bool("override_opt_param_scheduler", false),
        Bool("use_checkpoint_opt_param_scheduler", false),
        FloatOrNull("start_weight_decay"),
        FloatOrNull("end_weight_decay"),
        Choice("weight_decay_incr_style", "constant", "constant", "linear", "cosine"),
        ChoiceOrNull("no_weight_decay_cond_type", null, "qwen3_next"),
        IntOrNull("wd_incr_steps"),
        IntOrNull("wsd_decay_steps"),
        IntOrNull("max_steps"),
    ];
}
