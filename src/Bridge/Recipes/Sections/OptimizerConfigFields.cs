using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's OptimizerConfig.</summary>
internal static class OptimizerConfigFields
{
    public const string Target = "megatron.bridge.training.config.OptimizerConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        FloatOrNull("lr"),
        FloatOrNull("min_lr"),
        FloatOrNull("decoupled_lr"),
        FloatOrNull("decoupled_min_lr"),
        Float("weight_decay", 0.01),
        Bool("apply_wd_to_qk_layernorm", false),
        TextOrNull("fp8_recipe"),
        Bool("fp16", false),
        Bool("bf16", false),
        Bool("reuse_grad_buf_for_mxfp8_param_ag", false),
        DType("params_dtype", "float32"),
        Bool("use_precision_aware_optimizer", false),
        Bool("store_param_remainders", true),
        DType("main_grads_dtype", "float32"),
        DType("main_params_dtype", "float32"),
        DType("exp_avg_dtype", "float32"),
        DType("exp_avg_sq_dtype", "float32"),
        Text("optimizer", "adam"),
        FloatOrNull("loss_scale"),
        Float("initial_loss_scale", 4294967296L),
        Float("min_loss_scale", 1.0),
        Float("loss_scale_window", 1000L),
        Int("hysteresis", 2),
        Float("adam_beta1", 0.9),
        Float("adam_beta2", 0.999),
        Float("adam_eps", 1e-08),
        Bool("decoupled_weight_decay", true),
        Float("sgd_momentum", 0.9),
        Float("muon_momentum", 0.95),
        Bool("muon_split_qkv", true),
        Bool("muon_nesterov", false),
        Text("muon_scale_mode", "spectral"),
        Text("muon_fp32_matmul_prec", "medium"),
        Text("muon_coefficient_type", "quintic"),
        Int("muon_num_ns_steps", 5),
        Text("muon_tp_mode", "duplicated"),
        Bool("muon_use_syrk", false),
        Float("muon_extra_scale_factor", 1.0),
        Text("muon_scalar_optimizer", "adam"),
        Float("lion_beta1", 0.95),
        Float("lion_beta2", 0.98),
        Float("soap_shampoo_beta", 0.95),
        Bool("soap_use_kl_shampoo", true),
        Text("adaptive_muon_moment2_method", "adamuon"),
        Float("adaptive_muon_beta2", 0.95),
        Float("adaptive_muon_eps", 1e-08),
        Bool("use_distributed_optimizer", false),
        Bool("use_layer_wise_distributed_optimizer", false),
        Bool("overlap_param_gather", false),
        Bool("overlap_param_gather_with_optimizer_step", false),
        Bool("optimizer_cpu_offload", false),
        Float("optimizer_offload_fraction", 0.0),
        Bool("use_torch_optimizer_for_cpu_offload", false),
        Bool("overlap_cpu_optimizer_d2h_h2d", false),
        Bool("pin_cpu_grads", true),
        Bool("pin_cpu_params", true),
        Float("clip_grad", 1.0),
        Float("grad_norm_skip_threshold", double.PositiveInfinity),
        Bool("log_num_zeros_in_grad", false),
        Bool("barrier_with_L1_time", false),
        Any("timers"),
        Text("config_logger_dir", ""),
        Bool("optimizer_cuda_graph", false),
    ];
}
