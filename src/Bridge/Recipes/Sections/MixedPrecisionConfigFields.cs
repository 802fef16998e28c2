using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's MixedPrecisionConfig.</summary>
internal static class MixedPrecisionConfigFields
{
    public const string Target = "megatron.bridge.training.mixed_precision.MixedPrecisionConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Bool("fp32", false),
        Bool("fp16", false),
        Bool("bf16", false),
        DTypeOrNull("params_dtype"),
        DTypeOrNull("pipeline_dtype"),
        DTypeOrNull("autocast_dtype"),
        Bool("autocast_enabled", false),
        Bool("grad_reduce_in_fp32", true),
        TextOrNull("fp8"),
        Text("fp8_recipe", "tensorwise"),
        Bool("first_last_layers_bf16", false),
        Int("fp8_margin", 0),
        Int("fp8_amax_history_len", 1),
        Text("fp8_amax_compute_algo", "most_recent"),
        Bool("fp8_wgrad", true),
        Bool("fp8_dot_product_attention", false),
        Bool("fp8_multi_head_attention", false),
        BoolOrNull("fp8_param"),
        Bool("fp8_param_gather", false),
        TextOrNull("fp4"),
        Text("fp4_recipe", "nvfp4"),
        BoolOrNull("fp4_param"),
        Bool("fp4_param_gather", false),
        FloatOrNull("loss_scale"),
        FloatOrNull("initial_loss_scale", 4294967296L),
        Float("min_loss_scale", 1.0),
        Float("loss_scale_window", 1000L),
        Int("hysteresis", 2),
        Int("num_layers_at_start_in_bf16", 0),
        Int("num_layers_at_end_in_bf16", 0),
        Bool("reuse_grad_buf_for_mxfp8_param_ag", false),
    ];
}
