using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's DistributedInitConfig.</summary>
internal static class DistributedInitConfigFields
{
    public const string Target = "megatron.bridge.training.config.DistributedInitConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Choice("distributed_backend", "nccl", "nccl", "gloo"),
        Int("distributed_timeout_minutes", 10),
        Bool("align_grad_reduce", true),
        Int("local_rank", 0),
        Bool("lazy_mpu_init", false),
        Bool("use_megatron_fsdp", false),
        Bool("use_torch_fsdp2", false),
        TextOrNull("nccl_communicator_config_path"),
        Bool("use_tp_pp_dp_mapping", false),
        Bool("use_gloo_process_groups", true),
        Bool("use_sharp", false),
        ChoiceOrNull("sharp_enabled_group", null, "dp", "dp_replica"),
        new("high_priority_stream_groups", FieldKind.Texts, true, ConfigValue.ListOf()),
        IntOrNull("distributed_timeout_seconds_after_init"),
        TextOrNull("flight_recorder_dump_path"),
        Int("flight_recorder_trace_buffer_size", 2000),
        Bool("flight_recorder_dump_on_timeout", true),
        Bool("flight_recorder_include_stack_trace", false),
        Bool("flight_recorder_include_only_active", true),
        Bool("flight_recorder_extra_dump_on_exec", true),
        Bool("disable_jit_fuser", false),
        Bool("external_gpu_device_mapping", false),
        Bool("enable_megatron_core_experimental", false),
        Bool("use_decentralized_pg", false),
        IntOrNull("eval_context_parallel_size"),
    ];
}
