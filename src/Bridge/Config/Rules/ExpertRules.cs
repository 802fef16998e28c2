namespace MegatronBridge.Config.Rules;

/// <summary>How experts are kept and chosen, and how tokens travel to them.</summary>
internal static class ExpertRules
{
    private static readonly string[] Balancing = ["aux_loss", "seq_aux_loss", "global_aux_loss", "none"];

    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f) =>
        [.. Weights(f), .. Dispatch(f), .. Router(f), .. Capacity(f)];

    private static IEnumerable<(bool, string)> Weights(RuleFields f)
    {
        bool isGrouped = f.Config.MoeGroupedGemm;
        bool oneWeight = f.On("moe_single_grouped_weight");
        bool oneBias = f.On("moe_single_grouped_bias");
        return
        [
            (f.On("moe_use_grouped_tensor") && !isGrouped, "moe_use_grouped_tensor needs moe_grouped_gemm."),
            (
                (oneWeight || oneBias) && !isGrouped,
                "moe_single_grouped_weight and moe_single_grouped_bias need moe_grouped_gemm."
            ),
            (
                (oneWeight || oneBias) && !f.On("moe_use_grouped_tensor"),
                "moe_single_grouped_weight and moe_single_grouped_bias need moe_use_grouped_tensor."
            ),
            (
                oneWeight
                    && (
                        (f.IsSet("fp8") && f.Word("fp8_recipe") != "mxfp8")
                        || (f.IsSet("fp4") && f.Word("fp4_recipe") != "nvfp4")
                    ),
                $"moe_single_grouped_weight needs the recipe mxfp8 or nvfp4, not {(f.IsSet("fp8") ? f["fp8_recipe"] : f["fp4_recipe"])}."
            ),
            (oneWeight && f.IsSet("fp4") && !f.On("fp4_param"), "moe_single_grouped_weight with fp4 needs fp4_param."),
            (oneBias && !f.Config.AddBiasLinear, "moe_single_grouped_bias needs add_bias_linear."),
        ];
    }

    private static IEnumerable<(bool, string)> Dispatch(RuleFields f)
    {
        string? dispatcher = f.Word("moe_token_dispatcher_type"); // upstream's recipes of dense models set it to null
        string? backend = f.Word("moe_flex_dispatcher_backend");
        bool isLow =
            f.Word("moe_dispatch_fwd_dtype") is not (null or "bf16")
            || f.Word("moe_combine_bwd_dtype") is not (null or "bf16");
        return
        [
            (
                f.On("moe_enable_deepep") && dispatcher != "flex",
                $"moe_enable_deepep needs the token dispatcher flex, not {dispatcher}."
            ),
            (
                dispatcher == "flex" && backend == "deepep" && f.On("moe_pad_expert_input_to_capacity"),
                "moe_pad_expert_input_to_capacity does not go with the backend deepep."
            ),
            (
                backend == "ncclep" && dispatcher != "flex",
                $"moe_flex_dispatcher_backend ncclep needs the token dispatcher flex, not {dispatcher}."
            ),
            (
                backend == "ncclep" && f.On("moe_use_grouped_tensor") && !f.On("use_transformer_engine_op_fuser"),
                "moe_use_grouped_tensor with the backend ncclep needs use_transformer_engine_op_fuser."
            ),
            (
                isLow && (dispatcher != "flex" || backend != "ncclep"),
                "moe_dispatch_fwd_dtype and moe_combine_bwd_dtype mxfp8 need the token dispatcher flex with the backend ncclep."
            ),
            (
                isLow && !(f.On("use_transformer_engine_op_fuser") && f.Config.MoeGroupedGemm),
                "moe_dispatch_fwd_dtype and moe_combine_bwd_dtype mxfp8 need use_transformer_engine_op_fuser and moe_grouped_gemm."
            ),
            (
                f.IsSet("moe_deepep_num_sms")
                    && f.IsSet("moe_hybridep_num_sms")
                    && f["moe_deepep_num_sms"] != f["moe_hybridep_num_sms"]
                    && f["moe_flex_dispatcher_num_sms"] == f["moe_deepep_num_sms"],
                $"moe_deepep_num_sms ({f["moe_deepep_num_sms"]}) and moe_hybridep_num_sms ({f["moe_hybridep_num_sms"]}) differ; set "
                    + "moe_flex_dispatcher_num_sms."
            ),
            (
                f.Config.MoeSharedExpertIntermediateSize is not null
                    && f.Config.MoeSharedExpertOverlap
                    && dispatcher is not ("alltoall" or "flex"),
                $"moe_shared_expert_overlap needs the token dispatcher alltoall or flex, not {dispatcher}."
            ),
            (
                dispatcher == "allgather" && f.On("variable_seq_lengths"),
                "variable_seq_lengths needs another token dispatcher than allgather."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Router(RuleFields f)
    {
        bool isPadded = f.On("moe_router_padding_for_quantization");
        int? types = (f["moe_router_load_balancing_type"] as ConfigValue.List)?.Items.Count;
        return
        [
            (
                types is not null && (f["moe_aux_loss_coeff"] as ConfigValue.List)?.Items.Count != types,
                $"moe_aux_loss_coeff must be a list of {types} numbers, one for each of moe_router_load_balancing_type, found {f["moe_aux_loss_coeff"]}."
            ),
            (isPadded && !f.IsSet("fp8") && !f.IsSet("fp4"), "moe_router_padding_for_quantization needs fp8 or fp4."),
            (
                isPadded && f.Word("moe_token_dispatcher_type") is "allgather" or "alltoall_seq",
                $"moe_router_padding_for_quantization does not go with the token dispatcher {f.Word("moe_token_dispatcher_type")}."
            ),
            (
                f.Whole("moe_router_topk") == 1
                    && f.Config.MoeRouterScoreFunction == "softmax"
                    && !f.Config.MoeRouterPreSoftmax
                    && f.Word("moe_router_load_balancing_type") != "sinkhorn",
                "moe_router_topk 1 needs moe_router_pre_softmax: the softmax of one score is always 1."
            ),
            (
                f.Config.MtpNumLayers is null or < 2 && f.On("mtp_hsm"),
                $"mtp_hsm needs mtp_num_layers of 2 or more, found {f["mtp_num_layers"]}."
            ),
            (
                f.Words("gtp_remat_opt_in_modules").Any(module => module != "moe_latent_proj"),
                $"gtp_remat_opt_in_modules may have moe_latent_proj only, found {f["gtp_remat_opt_in_modules"]}."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Capacity(RuleFields f)
    {
        bool isBounded = f.IsSet("moe_expert_capacity_factor");
        string? backend = f.Word("moe_flex_dispatcher_backend");
        IReadOnlyList<string> types =
            f["moe_router_load_balancing_type"] is ConfigValue.List
                ? f.Words("moe_router_load_balancing_type")
                : [f.Word("moe_router_load_balancing_type") ?? "none"];
        bool isRankBounded = f.IsSet("moe_expert_rank_capacity_factor");
        return
        [
            (
                isBounded && !types.All(Balancing.Contains),
                $"moe_expert_capacity_factor goes with the balancing {string.Join(", ", Balancing)} only, not {string.Join(", ", types)}."
            ),
            (
                !isBounded && f.On("moe_pad_expert_input_to_capacity"),
                "moe_pad_expert_input_to_capacity needs moe_expert_capacity_factor."
            ),
            (
                isRankBounded && backend is not ("hybridep" or "ncclep"),
                $"moe_expert_rank_capacity_factor needs the backend hybridep or ncclep, not {backend}."
            ),
            (
                isRankBounded
                    && backend == "hybridep"
                    && !f.On("use_transformer_engine_op_fuser")
                    && !f.On("moe_use_grouped_tensor"),
                "moe_expert_rank_capacity_factor with hybridep needs use_transformer_engine_op_fuser or moe_use_grouped_tensor."
            ),
        ];
    }
}
