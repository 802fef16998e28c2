using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Config.Schema;

/// <summary>
/// What providers have where Megatron-Core is of its development branch, the only one that can hold some models, DeepSeek V4 first
/// among them.
/// </summary>
internal static class DevelopmentFields
{
    /// <summary>Name, kind and default of each that the main branch does not have.</summary>
    public static readonly ProviderField[] All =
    [
        IntOrNull("actual_vocab_size"),
        BoolOrNull("apply_dsa_kernel_fusion"),
        Text("cp_partition_mode", "zigzag"),
        Bool("create_attention_mask_in_dataloader", true),
        IntList("csa_compress_ratios"),
        Float("csa_compress_rotary_base", 40000.0),
        Bool("csa_dense_mode", false),
        Int("csa_window_size", 128),
        Bool("cuda_graph_dynamic_microbatches", false),
        Bool("dynamic_context_parallel", false),
        Bool("enable_hyper_connections", false),
        Bool("fallback_to_eager_attn", false),
        IntOrNull("gdn_conv_pad_alignment"),
        Bool("gdn_pre_gated_delta_rule_fusion", false),
        Bool("head_wise_attn_gate", false),
        TextOrNull("linear_attention_type"),
        Text("linear_cp_mode", "chunkwise"),
        Bool("log_moe_overload_factor", false),
        Int("min_dynamic_context_parallel_size", 1),
        Bool("moe_hybridep_pad_variable_tokens", false),
        Int("moe_n_hash_layers", 0),
        Bool("moe_ncclep_static_shape", false),
        Bool("moe_ncclep_use_symm_mem", false),
        Bool("mrope_interleaved", false),
        Int("num_residual_streams", 4),
        IntOrNull("pad_packed_seq_alignment"),
        Any("rotary_base_per_layer"),
        TextOrNull("sequence_packing_scheduler"),
        IntOrNull("thd_max_packed_sequences"),
        TextOrNull("thd_tail_padding_policy"),
        Bool("use_fused_mhc", false),
    ];

    /// <summary>And where attention is latent.</summary>
    public static readonly ProviderField[] Mla = [Int("o_groups", 8), Int("o_lora_rank", 1024)];

    /// <summary>Those that only the main branch has.</summary>
    public static readonly string[] Missing =
    [
        "batch_invariant_backend",
        "enable_mhc_connections",
        "expert_gtp_weight_remat_size",
        "expert_tensor_parallel_num_weight_shards",
        "flash_attention_version",
        "gdp_cutedsl_kernel",
        "gdp_num_chunk_states_to_recompute",
        "gdp_num_householder",
        "gtp_remat_opt_in_modules",
        "gtp_weight_remat_size",
        "mhc_num_residual_streams",
        "moe_combine_bwd_dtype",
        "moe_dispatch_fwd_dtype",
        "moe_hybridep_pad_uneven_dispatch_inputs",
        "moe_ncclep_zero_copy",
        "moe_router_quantile_balancing_ema",
        "moe_use_grouped_tensor",
        "mtp_hsm",
        "tensor_parallel_num_weight_shards",
    ];
}
