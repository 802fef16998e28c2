using MegatronBridge.Config;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Recipes.Rules;

/// <summary>The names that <c>mixed_precision</c> may be, and what each stands for.</summary>
internal static class PrecisionNames
{
    private const string Bf16 = "bf16=true params_dtype=bfloat16 pipeline_dtype=bfloat16";
    private const string Fp16 = "fp16=true params_dtype=float16 pipeline_dtype=float16 grad_reduce_in_fp32=false";
    private const string Kept8 = "fp8_param=true fp8_param_gather=true";
    private const string Kept4 = "fp4=e2m1 fp4_param=true fp4_param_gather=true";
    private const string Delayed =
        $"fp8=hybrid fp8_recipe=delayed fp8_amax_history_len=1024 fp8_amax_compute_algo=max {Kept8}";
    private const string Micro = $"fp8=e4m3 fp8_recipe=mxfp8 {Kept8} reuse_grad_buf_for_mxfp8_param_ag=true";
    private const string Current = $"fp8=hybrid first_last_layers_bf16=true {Kept8}";
    private const string Blocks = "fp8=hybrid fp8_recipe=blockwise";
    private const string OneLayer = "num_layers_at_start_in_bf16=1 num_layers_at_end_in_bf16=1";
    private const string TwoLayers = "num_layers_at_start_in_bf16=2 num_layers_at_end_in_bf16=2";

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["bf16_mixed"] = Bf16,
        ["fp16_mixed"] = Fp16,
        ["bf16_with_fp8_delayed_scaling_mixed"] = $"{Bf16} {Delayed}",
        ["fp16_with_fp8_delayed_scaling_mixed"] = $"{Fp16} {Delayed}",
        ["bf16_with_mxfp8_mixed"] = $"{Bf16} {Micro}",
        ["fp16_with_mxfp8_mixed"] = $"{Fp16} {Micro}",
        ["bf16_with_fp8_current_scaling_mixed"] = $"{Bf16} {Current} {OneLayer}",
        ["nemotron_h_bf16_with_fp8_current_scaling_mixed"] = $"{Bf16} {Current} {TwoLayers}",
        ["nanov2_bf16_with_fp8_current_scaling_mixed"] = $"{Bf16} {Current} {TwoLayers} fp8_recipe=blockwise",
        ["fp16_with_fp8_current_scaling_mixed"] = $"{Fp16} {Current} {OneLayer}",
        ["bf16_with_fp8_subchannel_scaling_mixed"] = $"{Bf16} {Blocks}",
        ["fp16_with_fp8_subchannel_scaling_mixed"] = $"{Fp16} {Blocks}",
        ["bf16_with_nvfp4_mixed"] = $"{Bf16} {Kept4}",
        ["nemotron_3_super_bf16_with_nvfp4_mixed"] =
            $"{Bf16} {Kept4} first_last_layers_bf16=true num_layers_at_end_in_bf16=14",
    };

    /// <summary>What is said of a name that there is not.</summary>
    public static string Unknown(string name) =>
        $"mixed_precision has no name \"{name}\". Did you mean \"{Spelling.Nearest(name, Settings.Keys)}\"? There are {string.Join(", ", Settings.Keys)}.";

    /// <summary>The settings of a name; hyphens stand for underscores; an object of upstream's MixedPrecisionConfig, or null where there is no such name.</summary>
    public static ConfigValue.Map? Find(string name)
    {
        if (!Settings.TryGetValue(name.Replace('-', '_'), out string? settings))
        {
            return null;
        }

        ConfigValue.Map map = SectionSchema.DefaultsOf(
            MixedPrecisionConfigFields.Target,
            MixedPrecisionConfigFields.All
        );
        return RecipeSettings
            .Parse($"precision: {settings}")
            .Aggregate(
                map,
                (all, setting) => ConfigPath.Set(all, "precision", [setting.Key.Split('.')[^1]], setting.Value)
            );
    }
}
