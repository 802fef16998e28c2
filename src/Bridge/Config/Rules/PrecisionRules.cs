namespace MegatronBridge.Config.Rules;

/// <summary>Products in 8 and 4 bits.</summary>
internal static class PrecisionRules
{
    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f)
    {
        bool fp8 = f.IsSet("fp8");
        bool fp4 = f.IsSet("fp4");
        return
        [
            (f.Config.Fp16 && f.Config.Bf16, "fp16 and bf16 are both true."),
            (fp8 && fp4, $"fp8 ({f["fp8"]}) and fp4 ({f["fp4"]}) exclude each other."),
            .. fp8 ? Eight(f) : [],
            (f.On("fp8_param") && !fp8, "fp8_param needs fp8."),
            (
                f.On("fp8_output_proj") && (!fp8 || f.Word("fp8_recipe") != "mxfp8"),
                $"fp8_output_proj needs fp8 with the recipe mxfp8, not {(fp8 ? f["fp8_recipe"] : "without fp8")}."
            ),
            (f.On("fp4_param") && !fp4, "fp4_param needs fp4."),
            (
                fp4 && f.Word("fp4_recipe") == "custom" && !f.IsSet("fp4_quantizer_factory"),
                "fp4_recipe custom needs fp4_quantizer_factory, the Python name of what makes its quantisers."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Eight(RuleFields f)
    {
        bool keepsEnds = f.On("first_last_layers_bf16");
        int most = f.Config.NumLayers / Math.Max(1, f.Config.PipelineModelParallelSize);
        IEnumerable<string> recomputed =
            f.Word("recompute_granularity") == "selective" ? f.Words("recompute_modules") : [];
        return
        [
            (
                keepsEnds && f.Word("fp8_recipe") == "delayed",
                "first_last_layers_bf16 does not go with the recipe delayed."
            ),
            .. ((string[])["num_layers_at_start_in_bf16", "num_layers_at_end_in_bf16"]).Select(field =>
                (
                    keepsEnds && f.Whole(field) is { } layers && (layers < 0 || layers > most),
                    $"{field} is {f[field]}; it must be from 0 to the layers of a pipeline stage ({most})."
                )
            ),
            (
                f.Word("fp8_recipe") == "custom" && !f.IsSet("fp8_quantizer_factory"),
                "fp8_recipe custom needs fp8_quantizer_factory, the Python name of what makes its quantisers."
            ),
            (
                f.Word("fp8_recipe") == "delayed" && recomputed.Any(module => module is "moe_act" or "layernorm"),
                "moe_act and layernorm cannot be in recompute_modules with the recipe delayed."
            ),
        ];
    }
}
