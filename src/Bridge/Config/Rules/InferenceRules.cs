using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config.Rules;

/// <summary>Layers made for generation, and results that do not depend on the batch.</summary>
internal static class InferenceRules
{
    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f)
    {
        bool isOptimized = f.Word("transformer_impl") == "inference_optimized";
        return
        [
            .. isOptimized ? Optimized(f) : [],
            .. isOptimized && f.Config.NumMoeExperts is not null ? Experts(f) : [],
            (
                f.On("inference_fuse_tp_communication") && (!isOptimized || f.Config.NumMoeExperts is not null),
                "inference_fuse_tp_communication needs transformer_impl inference_optimized and a dense model."
            ),
            (
                f.On("inference_disable_triton_nvls_kernels") && !isOptimized,
                "inference_disable_triton_nvls_kernels needs transformer_impl inference_optimized."
            ),
            .. f.On("batch_invariant_mode") ? Invariant(f, isOptimized) : [],
        ];
    }

    private static IEnumerable<(bool, string)> Optimized(RuleFields f) =>
        [
            (
                f.Config.Normalization != "RMSNorm" || f.Config.LayernormZeroCenteredGamma,
                "transformer_impl inference_optimized needs the normalization RMSNorm without layernorm_zero_centered_gamma."
            ),
            (
                f.Config.AddBiasLinear || f.Config.AddQkvBias,
                "transformer_impl inference_optimized needs a model without biases; add_bias_linear and add_qkv_bias must be false."
            ),
            (f.On("use_kitchen"), "transformer_impl inference_optimized does not go with use_kitchen."),
        ];

    private static IEnumerable<(bool, string)> Experts(RuleFields f)
    {
        const string optimized = "Experts with transformer_impl inference_optimized";
        string? product = f.Word("inference_grouped_gemm_backend");
        bool isMxfp8 = f.Word("fp8") == "mxfp8";
        return
        [
            (
                f.Config.ExpertTensorParallelSize > 1,
                $"{optimized} cannot be cut: expert_tensor_parallel_size is {f.Config.ExpertTensorParallelSize}, not 1."
            ),
            (
                f.IsSet("moe_expert_capacity_factor"),
                $"{optimized} drop no tokens; moe_expert_capacity_factor must be null."
            ),
            (
                f.On("moe_router_padding_for_quantization"),
                $"{optimized} do not go with moe_router_padding_for_quantization."
            ),
            (
                f.Config.MoeRouterDtype != "fp32",
                $"{optimized} need moe_router_dtype fp32, not {f["moe_router_dtype"]}."
            ),
            (
                f.Config.GatedLinearUnit && product is not ("torch" or "vllm"),
                $"{optimized} and gated_linear_unit need inference_grouped_gemm_backend torch or vllm, not {product}."
            ),
            (
                isMxfp8 && (!f.On("fp8_param") || product != "torch"),
                $"{optimized} in mxfp8 need fp8_param and inference_grouped_gemm_backend torch, not {product}."
            ),
            (
                f.On("batch_invariant_mode")
                    && f.Config.ExpertModelParallelSize > 1
                    && f.Word("inference_moe_token_dispatcher_type") != "nvls",
                $"{optimized} and batch_invariant_mode need inference_moe_token_dispatcher_type nvls."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Invariant(RuleFields f, bool isOptimized)
    {
        const string invariant = "batch_invariant_mode";
        bool hasExperts = f.Config.NumMoeExperts > 0;
        return
        [
            (
                f.Config.ParamsDtype != DType.BF16,
                $"{invariant} needs params_dtype bfloat16, not {f.Config.ParamsDtype.TorchName()}."
            ),
            (
                f.Word("attention_backend") != "flash",
                $"{invariant} needs attention_backend flash, not {f.Word("attention_backend")}."
            ),
            (
                !(f.Whole("flash_attention_version") >= 3),
                $"{invariant} needs flash_attention_version 3 or 4, not {f["flash_attention_version"]}."
            ),
            (
                f.Config.ContextParallelSize != 1,
                $"{invariant} does not go with context_parallel_size {f.Config.ContextParallelSize}."
            ),
            (f.Config.AttentionDropout != 0, $"{invariant} needs attention_dropout 0, not {f["attention_dropout"]}."),
            (
                hasExperts && !isOptimized && f.Word("moe_token_dispatcher_type") != "alltoall",
                $"{invariant} with experts needs the token dispatcher alltoall, not {f.Word("moe_token_dispatcher_type")}."
            ),
            (
                hasExperts && (f.IsSet("fp8") || f.IsSet("fp4")),
                $"{invariant} with experts goes with neither fp8 nor fp4."
            ),
            (
                hasExperts && (f.Config.MoePermuteFusion || f.On("moe_permute_fusion_into_hybridep")),
                $"{invariant} with experts needs tokens sorted by plain kernels; moe_permute_fusion and moe_permute_fusion_into_hybridep must be false."
            ),
            (
                hasExperts
                    && (f.On("moe_pad_expert_input_to_capacity") || f.On("moe_pad_experts_for_cuda_graph_inference")),
                $"{invariant} with experts does not go with padded experts."
            ),
        ];
    }
}
