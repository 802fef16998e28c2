namespace MegatronBridge.Config.Rules;

/// <summary>What is computed again, what waits in main memory, and hyper-connections, which both have rules for.</summary>
internal static class MemoryRules
{
    private static readonly string[] Recomputed =
    [
        "core_attn",
        "moe_act",
        "layernorm",
        "mla_up_proj",
        "mlp",
        "moe",
        "shared_experts",
        "gdn_norm_out",
        "gdp_in_proj",
        "gdp_qkv",
        "mhc",
    ];

    private static readonly string[] Offloaded =
    [
        "core_attn",
        "attn_proj",
        "expert_fc1",
        "fused_group_mlp",
        "moe_act",
        "attn_norm",
        "mlp_norm",
        "qkv_linear",
        "gdp_qkv",
    ];

    private static readonly string[] InsideExperts = ["expert_fc1", "moe_act", "fused_group_mlp"];

    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f) =>
        [
            .. Waiting(f),
            .. f.IsSet("recompute_granularity") ? Recomputation(f) : [],
            .. f.Word("recompute_granularity") == "selective" ? Modules(f) : [],
            .. f.On("enable_mhc_connections") ? HyperConnections(f) : [],
            .. f.On("fine_grained_activation_offloading") ? Offloading(f) : [],
            .. f.On("moe_paged_stash") ? Stash(f) : [],
        ];

    private static IEnumerable<(bool, string)> Waiting(RuleFields f)
    {
        bool waits = f.On("cpu_offloading");
        return
        [
            (
                waits
                    && f.Whole("cpu_offloading_num_layers") is { } layers
                    && (layers < 0 || layers >= f.Config.NumLayers),
                $"cpu_offloading_num_layers is {f["cpu_offloading_num_layers"]}; it must be from 0 to {f.Config.NumLayers - 1}."
            ),
            (
                waits && f.Config.PipelineModelParallelSize > 1,
                $"cpu_offloading does not go with a pipeline; pipeline_model_parallel_size is {f.Config.PipelineModelParallelSize}."
            ),
            (waits && f.IsSet("recompute_granularity"), "cpu_offloading does not go with recompute_granularity."),
        ];
    }

    private static IEnumerable<(bool, string)> Recomputation(RuleFields f)
    {
        string kind = f.Word("recompute_granularity") ?? "";
        bool isSelective = kind == "selective";
        int perRank = f.Config.NumLayers / Math.Max(1, f.Config.PipelineModelParallelSize);
        return
        [
            (kind is not ("full" or "selective"), $"recompute_granularity is {kind}; it must be full or selective."),
            (
                f.IsSet("recompute_method") && f.Word("recompute_method") is not ("block" or "uniform"),
                $"recompute_method is {f["recompute_method"]}; it must be block or uniform."
            ),
            (
                !isSelective && !f.IsSet("recompute_method"),
                $"recompute_granularity {kind} needs recompute_method block or uniform."
            ),
            (
                !isSelective && !f.IsSet("recompute_num_layers"),
                $"recompute_granularity {kind} needs recompute_num_layers, from 1 to the layers of a pipeline rank ({perRank})."
            ),
            (
                isSelective && f.IsSet("recompute_num_layers"),
                $"recompute_num_layers ({f["recompute_num_layers"]}) must be null where recompute_granularity is selective."
            ),
            (
                f.On("distribute_saved_activations") && f.Config.SequenceParallel,
                "distribute_saved_activations does not go with sequence_parallel."
            ),
            (
                f.On("moe_layer_recompute") && kind == "full",
                "moe_layer_recompute does not go with recompute_granularity full."
            ),
        ];
    }

    // Versions in development take the offloading of what is inside attention and MLP beside mhc, but not of the norms before them.
    private static readonly string[] Norms = ["attn_norm", "mlp_norm"];

    private static IEnumerable<(bool, string)> Modules(RuleFields f)
    {
        IReadOnlyList<string> modules = f.Words("recompute_modules");
        string[] unknown = [.. modules.Except(Recomputed)];
        bool Has(string module) => modules.Contains(module);
        return
        [
            (
                unknown.Length > 0,
                $"recompute_modules has {string.Join(", ", unknown)}; known are {string.Join(", ", Recomputed)}."
            ),
            (Has("moe_act") && !f.Config.MoeGroupedGemm, "moe_act in recompute_modules needs moe_grouped_gemm."),
            (
                Has("mla_up_proj") && !f.Config.MultiLatentAttention,
                "mla_up_proj in recompute_modules needs multi_latent_attention."
            ),
            (
                Has("gdn_norm_out") && f.Word("experimental_attention_variant") is not ("gdn" or "gdn2"),
                "gdn_norm_out in recompute_modules needs experimental_attention_variant gdn or gdn2."
            ),
            (
                Has("shared_experts")
                    && f.Config.MoeSharedExpertIntermediateSize is not null
                    && f.Config.MoeSharedExpertOverlap,
                "shared_experts in recompute_modules does not go with moe_shared_expert_overlap."
            ),
            (
                Has("mhc") && !f.On("enable_mhc_connections") && !f.On("enable_hyper_connections"), // as versions in development call it
                "mhc in recompute_modules needs enable_mhc_connections."
            ),
            (Has("mhc") && Has("mlp"), "recompute_modules may have mhc or mlp, not both."),
            (
                Has("mhc") && f.Whole("mhc_recompute_layer_num") < 1,
                $"mhc_recompute_layer_num is {f["mhc_recompute_layer_num"]}; it must be 1 or more."
            ),
            (
                Has("mhc")
                    && f.On("fine_grained_activation_offloading")
                    && !(f.On("enable_hyper_connections") && !f.Words("offload_modules").Intersect(Norms).Any()),
                "mhc in recompute_modules does not go with fine_grained_activation_offloading."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> HyperConnections(RuleFields f)
    {
        const string streams = "enable_mhc_connections";
        return
        [
            (
                f.IsSet("mtp_num_layers"),
                $"{streams} does not go with mtp_num_layers ({f["mtp_num_layers"]}); set it to null."
            ),
            (
                f.Word("recompute_granularity") == "full",
                $"{streams} does not go with recompute_granularity full; selective with mhc does."
            ),
            (f.On("inference_fuse_tp_communication"), $"{streams} does not go with inference_fuse_tp_communication."),
            (
                f.Config.PipelineModelParallelSize > 1,
                $"{streams} does not go with a pipeline; pipeline_model_parallel_size is {f.Config.PipelineModelParallelSize}."
            ),
            (f.Config.Fp32ResidualConnection, $"{streams} does not go with fp32_residual_connection."),
            (
                f.Whole("mhc_sinkhorn_iterations") < 1,
                $"mhc_sinkhorn_iterations is {f["mhc_sinkhorn_iterations"]}; it must be 1 or more."
            ),
            (
                f.Number("mhc_init_gating_factor") < 0,
                $"mhc_init_gating_factor is {f["mhc_init_gating_factor"]}; it must be 0 or more."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Offloading(RuleFields f)
    {
        IReadOnlyList<string> modules = f.Words("offload_modules");
        string[] unknown = [.. modules.Except(Offloaded)];
        IReadOnlyList<string> recomputed =
            f.Word("recompute_granularity") == "selective" ? f.Words("recompute_modules") : [];
        bool isFused = modules.Contains("fused_group_mlp");
        return
        [
            (f.On("cpu_offloading"), "fine_grained_activation_offloading and cpu_offloading exclude each other."),
            (modules.Count == 0, "fine_grained_activation_offloading needs offload_modules."),
            (
                unknown.Length > 0,
                $"offload_modules has {string.Join(", ", unknown)}; known are {string.Join(", ", Offloaded)}."
            ),
            (
                modules.Contains("attn_proj") && !modules.Contains("core_attn"),
                "attn_proj in offload_modules needs core_attn there: its input is core_attn's output."
            ),
            (
                modules.Contains("gdp_qkv") && recomputed.Contains("gdp_in_proj"),
                "gdp_qkv in offload_modules does not go with gdp_in_proj in recompute_modules."
            ),
            (
                recomputed.Contains("moe") && InsideExperts.Any(modules.Contains),
                $"offload_modules may not have {string.Join(", ", InsideExperts.Where(modules.Contains))} while moe is in recompute_modules."
            ),
            (
                f.Whole("min_offloaded_tensor_size") < 0 || f.Whole("delta_offload_bytes_across_pp_ranks") < 0,
                $"min_offloaded_tensor_size ({f["min_offloaded_tensor_size"]}) and delta_offload_bytes_across_pp_ranks "
                    + $"({f["delta_offload_bytes_across_pp_ranks"]}) must be 0 or more."
            ),
            (
                f.Number("activation_offload_fraction") is < 0 or > 1,
                $"activation_offload_fraction is {f["activation_offload_fraction"]}; it must be from 0 to 1."
            ),
            (
                isFused && !f.On("use_transformer_engine_op_fuser"),
                "fused_group_mlp in offload_modules needs use_transformer_engine_op_fuser."
            ),
            (
                isFused && (modules.Contains("expert_fc1") || modules.Contains("moe_act")),
                "fused_group_mlp in offload_modules includes expert_fc1 and moe_act; leave them out."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Stash(RuleFields f) =>
        [
            (f.On("cpu_offloading"), "moe_paged_stash and cpu_offloading exclude each other."),
            (
                !f.IsSet("moe_expert_rank_capacity_factor"),
                "moe_paged_stash needs moe_expert_rank_capacity_factor, without which there is nothing to keep in pages."
            ),
            (
                InsideExperts.Any(f.Words("offload_modules").Contains),
                $"offload_modules may not have {string.Join(", ", InsideExperts.Where(f.Words("offload_modules").Contains))} with moe_paged_stash."
            ),
        ];
}
