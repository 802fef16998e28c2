namespace MegatronBridge.Config.Rules;

/// <summary>What goes with which kind of parallelism, and what may overlap.</summary>
internal static class ParallelRules
{
    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f) =>
        [
            .. Shards(f, "tensor_parallel_num_weight_shards", "tensor_model_parallel_size"),
            .. Shards(f, "expert_tensor_parallel_num_weight_shards", "expert_tensor_parallel_size"),
            .. Deferral(f),
            .. f.On("overlap_moe_expert_parallel_comm") ? ExpertOverlap(f) : [],
            (
                f.On("delay_wgrad_compute") && !f.On("overlap_moe_expert_parallel_comm"),
                "delay_wgrad_compute needs overlap_moe_expert_parallel_comm."
            ),
            (
                f.On("overlap_dispatch_backward_with_experts_wgrad")
                    && (f.On("overlap_moe_expert_parallel_comm") || f.On("delay_wgrad_compute")),
                "overlap_dispatch_backward_with_experts_wgrad goes with neither overlap_moe_expert_parallel_comm nor delay_wgrad_compute."
            ),
            (
                f.On("ep_overlap_early_attn_memory_release") && !f.On("overlap_moe_expert_parallel_comm"),
                "ep_overlap_early_attn_memory_release needs overlap_moe_expert_parallel_comm."
            ),
            (
                f.Config.ContextParallelSize > 1
                    && f["cp_comm_type"] is ConfigValue.List { Items.Count: var kinds }
                    && kinds != f.Config.NumLayers,
                $"cp_comm_type has {f.Words("cp_comm_type").Count} entries for {f.Config.NumLayers} layers."
            ),
        ];

    private static IEnumerable<(bool, string)> Shards(RuleFields f, string shards, string ranks) =>
        [
            (
                f.Whole(shards) is { } parts
                    && f.Whole(ranks) is { } size
                    && size > 0
                    && (parts < size || parts % size != 0),
                $"{shards} ({f[shards]}) must be a multiple of {ranks} ({f[ranks]})."
            ),
        ];

    private static IEnumerable<(bool, string)> Deferral(RuleFields f)
    {
        bool defers = f.On("defer_embedding_wgrad_compute");
        return
        [
            (
                defers && f.Config.PipelineModelParallelSize == 1,
                "defer_embedding_wgrad_compute needs a pipeline; pipeline_model_parallel_size is 1."
            ),
            (
                defers && !f.On("gradient_accumulation_fusion"),
                "defer_embedding_wgrad_compute needs gradient_accumulation_fusion."
            ),
            (
                defers && f.Whole("wgrad_deferral_limit") < 0,
                $"wgrad_deferral_limit is {f["wgrad_deferral_limit"]}; it must be 0 or more."
            ),
            (
                f.On("overlap_p2p_comm_warmup_flush") && (!f.On("overlap_p2p_comm") || f.On("batch_p2p_comm")),
                "overlap_p2p_comm_warmup_flush needs overlap_p2p_comm, and batch_p2p_comm must be false."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> ExpertOverlap(RuleFields f)
    {
        const string overlap = "overlap_moe_expert_parallel_comm";
        return
        [
            (
                f.Config.PipelineModelParallelSize > 1 && f.Config.VirtualPipelineModelParallelSize is null,
                $"{overlap} in a pipeline needs virtual_pipeline_model_parallel_size."
            ),
            (
                f.Config.ExpertModelParallelSize <= 1,
                $"{overlap} needs expert parallelism; expert_model_parallel_size is {f.Config.ExpertModelParallelSize}."
            ),
            (
                f.Word("moe_token_dispatcher_type") is not ("alltoall" or "flex"),
                $"{overlap} needs the token dispatcher alltoall or flex, not {f.Word("moe_token_dispatcher_type")}."
            ),
            (
                f.Word("recompute_granularity") == "full"
                    || f.IsSet("recompute_method")
                    || f.IsSet("recompute_num_layers")
                    || f.Words("recompute_modules").Contains("moe"),
                $"{overlap} goes with selective recomputation only, and not of moe."
            ),
            (!f.Config.Bf16 && !f.Config.Fp16, $"{overlap} needs bf16 or fp16."),
            (f.Config.MoeSharedExpertOverlap, $"{overlap} and moe_shared_expert_overlap exclude each other."),
            (
                f.Config.MtpNumLayers > 1,
                $"{overlap} goes with one mtp_num_layers at most, not {f.Config.MtpNumLayers}."
            ),
            (
                f.Word("moe_flex_dispatcher_backend") == "ncclep"
                    && f.Word("moe_token_dispatcher_type") == "flex"
                    && f.On("fine_grained_activation_offloading")
                    && f.Words("offload_modules").Contains("expert_fc1"),
                $"{overlap} with ncclep frees what expert_fc1 in offload_modules would move."
            ),
            (
                f.Word("cuda_graph_impl") == "transformer_engine"
                    && f.Words("cuda_graph_modules").Any(module => module is "moe" or "mlp"),
                $"{overlap} does not go with moe or mlp in cuda_graph_modules."
            ),
        ];
    }
}
