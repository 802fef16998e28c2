namespace MegatronBridge.Config.Rules;

/// <summary>Which activations and norms the fused kernels have.</summary>
internal static class FusionRules
{
    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f)
    {
        string activation = Targets.Of(f["activation_func"]) ?? f["activation_func"].ToString();
        bool isGelu = Is(Targets.Gelu);
        bool isSilu = Is(Targets.Silu);
        bool isQuickGelu = Is(Targets.QuickGelu);
        bool isGated = f.Config.GatedLinearUnit;
        bool usesTe = f.On("use_te_activation_func");
        return
        [
            .. f.On("bias_activation_fusion") ? Bias() : [],
            (
                f.On("fused_residual_rmsnorm") && f.Config.Normalization != "RMSNorm",
                $"fused_residual_rmsnorm needs the normalization RMSNorm, not {f.Config.Normalization}."
            ),
            (
                usesTe && !isGelu && !isSilu && !activation.EndsWith(".relu", StringComparison.Ordinal),
                $"use_te_activation_func needs gelu, silu or relu, not {activation}."
            ),
            (
                f.On("activation_func_fp8_input_store") && !(isSilu && isGated),
                "activation_func_fp8_input_store needs SwiGLU: activation_func silu and gated_linear_unit."
            ),
            .. f.Config.ActivationFuncClampValue is { } most && isSilu && isGated ? Clamp(most) : [],
        ];

        bool Is(ConfigValue function) => activation == Targets.Of(function);

        IEnumerable<(bool, string)> Bias() =>
            [
                (
                    !isGelu && !isSilu && !isQuickGelu,
                    $"bias_activation_fusion needs gelu, silu or quick_gelu, not {activation}. With another activation it must be false."
                ),
                (
                    isGelu && !isGated && !f.Config.AddBiasLinear,
                    "bias_activation_fusion with gelu needs gated_linear_unit or add_bias_linear."
                ),
                (isQuickGelu && !isGated, "bias_activation_fusion with quick_gelu needs gated_linear_unit."),
                (
                    f.Config.GluLinearOffset != 0 && !isQuickGelu,
                    $"bias_activation_fusion with glu_linear_offset ({f["glu_linear_offset"]}) needs quick_gelu, not {activation}."
                ),
                (usesTe, "bias_activation_fusion and use_te_activation_func exclude each other."),
            ];

        IEnumerable<(bool, string)> Clamp(double most) =>
            [
                (
                    !double.IsFinite(most) || most <= 0,
                    $"activation_func_clamp_value is {f["activation_func_clamp_value"]}; it must be a number above 0."
                ),
                (
                    f.Config.NumMoeExperts is null,
                    "activation_func_clamp_value with SwiGLU needs experts; num_moe_experts is null."
                ),
                (
                    f.Config.GluLinearOffset != 0,
                    $"glu_linear_offset ({f["glu_linear_offset"]}) must be 0 where activation_func_clamp_value bounds SwiGLU."
                ),
                (usesTe, "activation_func_clamp_value with SwiGLU does not go with use_te_activation_func."),
            ];
    }
}
