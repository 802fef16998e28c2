using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's TrainingConfig.</summary>
internal static class TrainingConfigFields
{
    public const string Target = "megatron.bridge.training.config.TrainingConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        IntOrNull("micro_batch_size"),
        IntOrNull("global_batch_size"),
        new("rampup_batch_size", FieldKind.Integers, true, ConfigValue.Null),
        TextOrNull("step_batch_size_schedule"),
        Bool("decrease_batch_size_if_needed", false),
        Int("empty_unused_memory_level", 0),
        IntOrNull("check_weight_hash_across_dp_replicas_interval"),
        IntOrNull("gpu_sniff_test_interval"),
        IntOrNull("train_sync_interval"),
        IntOrNull("train_iters"),
        IntOrNull("train_samples"),
        IntOrNull("exit_interval"),
        IntOrNull("exit_duration_in_mins"),
        Bool("exit_signal_handler", false),
        Any("exit_signal", Targets.Member("signal.Signals", 15, "SIGTERM")),
        Bool("exit_signal_handler_for_dataloader", false),
        Bool("exit_signal_handler_for_training", false),
        Bool("manual_gc", false),
        Int("manual_gc_interval", 0),
        Any("manual_gc_eval", true),
        new("iterations_to_skip", FieldKind.Integers, false, ConfigValue.ListOf()),
        FloatOrNull("num_epochs"),
        Bool("check_optimizer_step_success", true),
        Bool("skip_sync_grad_norm_across_mp", false),
        IntOrNull("eval_iters"),
        IntOrNull("eval_interval"),
        BoolOrNull("skip_train"),
    ];
}
