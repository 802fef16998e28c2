using MegatronBridge.Conversion;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>Tells what tensors are that belong to a quantised weight by their name, but to none by what is there.</summary>
internal static class Leftovers
{
    private static readonly (string[] Endings, string Reason)[] Activations =
    [
        (
            [
                "input_scale",
                "activation_scale",
                "input_scale_inv",
                "activation_scale_inv",
                "input_scale_ub",
                "input_global_scale",
                "input_zero_point",
                "output_scale",
                "output_zero_point",
                "q_scale",
                "prob_scale",
            ],
            "it is a scale of activations; Megatron keeps weights as they are without quantization"
        ),
        (
            ["k_scale", "v_scale", "kv_scale", "k_zero_point", "v_zero_point"],
            "it is a scale of the cache of keys and values, which training does not have"
        ),
    ];

    private static readonly string[] Parts =
    [
        "weight_scale_inv",
        "weight_scale",
        "weight_scale_2",
        "weight_global_scale",
        "weight_zero_point",
        "weight_shape",
        "weight_g_idx",
        "weight_packed",
        "proj_scale_inv",
        "proj_scales",
        "proj_blocks",
        "qzeros",
        "qweight",
        "g_idx",
    ];

    private static readonly string[] Others =
    [
        "absmax",
        "quant_map",
        "nested_absmax",
        "nested_quant_map",
        "SCB",
        "weight_format",
        "pre_quant_scale",
        "weight_quantizer._amax",
        "input_quantizer._amax",
    ];

    /// <summary>Why the tensor may be left out, or null.</summary>
    public static IgnoredEntry? Ignore(string name)
    {
        foreach ((string[] endings, string reason) in Activations)
        {
            if (Array.Exists(endings, ending => EndsWith(name, ending)))
            {
                return new(name, reason, null);
            }
        }

        return null;
    }

    /// <summary>What is wrong with the tensor, or null when neither its name nor its type says that it belongs to another.</summary>
    public static string? Fault(string name, DType dtype) =>
        dtype == DType.F8E8M0 || Array.Exists(Parts, ending => EndsWith(name, ending))
            ? $"{name} is part of a quantised weight, but the codes that belong to it are missing or are none."
        : Array.Exists(Others, ending => EndsWith(name, ending))
        || name.Contains(".quant_state.", StringComparison.Ordinal)
            ? $"{name} belongs to a way of quantization that this version cannot read."
        : null;

    // Behind a dot, or behind the underscore of a tensor that holds all experts.
    private static bool EndsWith(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal)
        && (name.Length == ending.Length || name[^(ending.Length + 1)] is '.' or '_');
}
