namespace MegatronBridge.Config.Rules;

/// <summary>CUDA graphs: what they can record.</summary>
internal static class GraphRules
{
    private static readonly string[] Kinds = ["none", "transformer_engine", "local", "full_iteration"];
    private static readonly string[] Known = ["attn", "mlp", "moe", "moe_router", "moe_preprocess", "mamba"];

    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f)
    {
        string kind = f.Word("cuda_graph_impl") ?? "none";
        string scope = f.Word("inference_cuda_graph_scope") ?? "none";
        IReadOnlyList<string> modules = f.Words("cuda_graph_modules");
        string[] unknown = [.. modules.Except(Known)];
        return
        [
            (!Kinds.Contains(kind), $"cuda_graph_impl is {kind}; it must be one of {string.Join(", ", Kinds)}."),
            (
                f.On("enable_cuda_graph") && f.On("external_cuda_graph"),
                "enable_cuda_graph and external_cuda_graph exclude each other."
            ),
            (
                (f.On("enable_cuda_graph") && kind != "local")
                    || (f.On("external_cuda_graph") && kind != "transformer_engine"),
                $"enable_cuda_graph and external_cuda_graph are older ways to set cuda_graph_impl, which is {kind}."
            ),
            (
                unknown.Length > 0,
                $"cuda_graph_modules has {string.Join(", ", unknown)}; known are {string.Join(", ", Known)}."
            ),
            (
                kind == "local" ? scope is not ("layer" or "block") : scope != "none",
                $"inference_cuda_graph_scope {scope} does not go with cuda_graph_impl {kind}."
            ),
            (
                kind == "full_iteration" && modules.Count > 0,
                "cuda_graph_modules must be empty where cuda_graph_impl is full_iteration."
            ),
            (
                kind is not ("none" or "full_iteration") && f.On("cpu_offloading"),
                "cpu_offloading goes with cuda_graph_impl none and full_iteration only."
            ),
            .. kind is "local" or "transformer_engine" ? Experts(f, modules) : [],
            .. kind != "none" && f.IsSet("recompute_granularity") ? Recomputed(f, kind, modules) : [],
            .. kind != "none" && f.On("fine_grained_activation_offloading") ? Offloaded(f, kind, modules) : [],
        ];
    }

    private static IEnumerable<(bool, string)> Experts(RuleFields f, IReadOnlyList<string> modules)
    {
        bool hasExperts = f.Config.NumMoeExperts > 1;
        bool hasDense = f.Config.MoeLayerFreq switch
        {
            ConfigValue.Integer { Value.IsOne: true } => false,
            ConfigValue.List list => list.Items.Contains(0L),
            _ => true,
        };
        bool isPadded = f.IsSet("moe_expert_capacity_factor") && f.On("moe_pad_expert_input_to_capacity");
        return
        [
            (
                modules.Contains("moe") && modules.Contains("moe_router"),
                "cuda_graph_modules may have moe or moe_router, not both."
            ),
            (
                modules.Contains("moe_preprocess") && !modules.Contains("moe_router"),
                "moe_preprocess in cuda_graph_modules needs moe_router there."
            ),
            (
                !hasExperts && modules.Any(module => module is "moe" or "moe_router"),
                "moe and moe_router in cuda_graph_modules need a model with experts."
            ),
            (
                hasExperts && !hasDense && modules.Contains("mlp"),
                "mlp in cuda_graph_modules needs dense layers; all layers have experts."
            ),
            (
                hasExperts && !isPadded && modules.Contains("moe"),
                "moe in cuda_graph_modules needs moe_expert_capacity_factor and moe_pad_expert_input_to_capacity."
            ),
            (
                hasExperts
                    && !isPadded
                    && modules.Contains("moe_preprocess")
                    && f.Word("moe_token_dispatcher_type") == "alltoall"
                    && (f.IsSet("moe_expert_capacity_factor") || f.On("moe_router_padding_for_fp8")),
                "moe_preprocess cannot be recorded with alltoall where tokens are dropped or padded."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Recomputed(RuleFields f, string kind, IReadOnlyList<string> modules)
    {
        if (f.Word("recompute_granularity") != "selective")
        {
            return
            [
                (kind != "full_iteration", "recompute_granularity full needs cuda_graph_impl none or full_iteration."),
            ];
        }

        IReadOnlyList<string> recomputed = f.Words("recompute_modules");
        bool isWhole = kind == "full_iteration" || modules.Count == 0;
        bool Records(string module) => isWhole || modules.Contains(module);
        return
        [
            (
                kind == "transformer_engine" && recomputed.Contains("moe") && modules.Contains("moe_router"),
                "moe in recompute_modules does not go with moe_router in cuda_graph_modules."
            ),
            (
                f.Config.AttentionDropout != 0 && Records("attn") && recomputed.Contains("core_attn"),
                $"attention_dropout ({f["attention_dropout"]}) must be 0 where recorded attention is computed again."
            ),
            (
                f.Config.HiddenDropout != 0
                    && (
                        (Records("mlp") && recomputed.Contains("mlp")) || (Records("moe") && recomputed.Contains("moe"))
                    ),
                $"hidden_dropout ({f["hidden_dropout"]}) must be 0 where a recorded MLP is computed again."
            ),
            (
                f.IsSet("moe_input_jitter_eps") && Records("moe") && recomputed.Contains("moe"),
                "moe_input_jitter_eps must be null where recorded experts are computed again."
            ),
            (
                f.Whole("gtp_weight_remat_size") > 1
                    && kind == "local"
                    && (f.IsSet("fp8") || f.IsSet("fp4"))
                    && f.Config.MoeSharedExpertIntermediateSize is not null
                    && !f.Config.MoeSharedExpertOverlap
                    && (Records("moe") || Records("moe_router"))
                    && recomputed.Contains("shared_experts"),
                "shared_experts in recompute_modules does not go with gtp_weight_remat_size above 1, low precision and local CUDA graphs."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Offloaded(RuleFields f, string kind, IReadOnlyList<string> modules)
    {
        IReadOnlyList<string> offloaded = f.Words("offload_modules");
        bool isInsideExperts = offloaded.All(module => module is "expert_fc1" or "moe_act" or "fused_group_mlp");
        return
        [
            (
                kind == "local" && (!isInsideExperts || modules.Count == 0),
                "fine_grained_activation_offloading with local CUDA graphs needs cuda_graph_modules, and goes with expert_fc1, moe_act and "
                    + "fused_group_mlp only."
            ),
            (modules.Contains("moe"), "moe in cuda_graph_modules does not go with fine_grained_activation_offloading."),
            (
                f.Whole("cuda_graph_warmup_steps") <= 0,
                $"cuda_graph_warmup_steps is {f["cuda_graph_warmup_steps"]}; offloading needs 1 or more."
            ),
            (
                kind == "full_iteration" && !(f.Whole("fine_grained_offloading_max_inflight_offloads") >= 0),
                "cuda_graph_impl full_iteration with offloading needs fine_grained_offloading_max_inflight_offloads of 0 or more, found "
                    + $"{f["fine_grained_offloading_max_inflight_offloads"]}."
            ),
        ];
    }
}
