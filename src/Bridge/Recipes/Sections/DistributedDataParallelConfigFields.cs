using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Recipes.Sections;

/// <summary>Upstream's DistributedDataParallelConfig.</summary>
internal static class DistributedDataParallelConfigFields
{
    public const string Target =
        "megatron.core.distributed.distributed_data_parallel_config.DistributedDataParallelConfig";

    public static IReadOnlyList<ProviderField> All { get; } =
    [
        Bool("grad_reduce_in_fp32", false),
        Bool("overlap_grad_reduce", false),
        Bool("overlap_param_gather", false),
        Bool("align_param_gather", false),
        Bool("use_distributed_optimizer", false),
        Int("num_distributed_optimizer_instances", 1),
        Bool("check_for_nan_in_grad", false),
        Bool("check_for_large_grads", false),
        IntOrNull("bucket_size"),
        IntOrNull("num_buckets"),
        Bool("pad_buckets_for_high_nccl_busbw", false),
        Bool("reduce_scatter_with_fp32_accumulation", false),
        new("param_name_patterns_for_fp32_local_accumulation", FieldKind.Texts, false, ConfigValue.ListOf()),
        Bool("average_in_collective", false),
        Bool("fp8_param_gather", false),
        Bool("fp4_param_gather", false),
        Bool("reuse_grad_buf_for_mxfp8_param_ag", false),
        Bool("use_megatron_fsdp", false),
        Int("megatron_fsdp_version", 1),
        Bool("use_custom_fsdp", false),
        Text("data_parallel_sharding_strategy", "no_shard"),
        Bool("gradient_reduce_div_fusion", true),
        IntOrNull("suggested_communication_unit_size"),
        Bool("keep_fp8_transpose_cache", false),
        Bool("nccl_ub", false),
        Bool("fsdp_double_buffer", false),
        Bool("fsdp_db_use_persist_buf_on_alloc_fail", false),
        Bool("fsdp_all_gather_in_start_param_sync", true),
        Text("outer_dp_sharding_strategy", "no_shard"),
        Bool("disable_symmetric_registration", false),
        Bool("fsdp_manual_registration", false),
        Bool("delay_wgrad_compute", false),
        DTypeOrNull("megatron_fsdp_main_params_dtype", "float32"),
        DTypeOrNull("megatron_fsdp_main_grads_dtype"),
        DTypeOrNull("megatron_fsdp_grad_comm_dtype"),
        Bool("megatron_fsdp_use_decoupled_grad", false),
        Bool("megatron_fsdp_cuda_graph_mode", false),
        Bool("megatron_fsdp_enable_fine_grained_param_gather", false),
        Bool("megatron_fsdp_max_pool_double_buffer", false),
    ];
}
