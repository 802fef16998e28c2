using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's LoggerConfig.</summary>
internal static class LoggerConfigFields
{
    public const string Target = "megatron.bridge.training.config.LoggerConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Int("log_interval", 100),
        Bool("log_params_norm", false),
        Bool("log_throughput", false),
        Bool("log_throughput_to_tensorboard", false),
        Int("throughput_window_size", 100),
        Bool("log_progress", false),
        Int("timing_log_level", 0),
        Choice("timing_log_option", "minmax", "max", "minmax", "all"),
        TextOrNull("tensorboard_dir"),
        Int("tensorboard_log_interval", 1),
        Int("tensorboard_queue_size", 1000),
        Bool("log_timers_to_tensorboard", false),
        Bool("log_loss_scale_to_tensorboard", true),
        Bool("log_validation_ppl_to_tensorboard", false),
        Bool("log_memory_to_tensorboard", false),
        Any("memory_keys"),
        IntOrNull("log_memory_interval"),
        Bool("log_device_memory_used", false),
        Bool("log_l2_norm_grad_to_tensorboard", false),
        Bool("log_num_zeros_in_grad", false),
        Bool("log_max_attention_logit", false),
        Bool("log_runtime_to_tensorboard", false),
        Text("runtime_time_unit", "hours"),
        Bool("barrier_with_L1_time", true),
        Bool("log_world_size_to_tensorboard", false),
        TextOrNull("wandb_project"),
        TextOrNull("wandb_exp_name"),
        TextOrNull("wandb_save_dir"),
        TextOrNull("wandb_entity"),
        IntOrNull("logging_level"),
        Bool("filter_warnings", true),
        new("modules_to_filter", FieldKind.Texts, true, ConfigValue.Null),
        Bool("set_level_for_all_loggers", false),
        Bool("log_energy", false),
        TextOrNull("save_config_filepath"),
        TextOrNull("moe_routing_trace_path"),
        IntOrNull("moe_routing_trace_max_training_iters"),
        Bool("moe_routing_trace_capture_logits", false),
        Bool("moe_routing_trace_capture_hidden_states", false),
        Bool("moe_routing_trace_dump_weights", false),
        Bool("skip_train_metrics_log", false),
        TextOrNull("mlflow_experiment"),
        TextOrNull("mlflow_run_name"),
        TextOrNull("mlflow_tracking_uri"),
        Any("mlflow_tags"),
        TextOrNull("mlflow_description"),
        Bool("mlflow_log_artifacts", true),
        TextOrNull("comet_project"),
        TextOrNull("comet_experiment_name"),
        TextOrNull("comet_workspace"),
        TextOrNull("comet_api_key"),
        new("comet_tags", FieldKind.Texts, true, ConfigValue.Null),
    ];
}
