using System.Globalization;
using MegatronBridge.Conversion;

namespace MegatronBridge.Adapters;

/// <summary>
/// The weight of one expert of those that Hugging Face packs into one tensor, by a name that adapters know it by:
/// <c>model.layers.0.mlp.experts.down_proj[3]</c>.
/// </summary>
internal static class PackedExpert
{
    private const string Weight = ".weight";

    // As modules of transformers register them: an adapter of a later one lies around that of an earlier one.
    private static readonly string[] Registered = ["gate_up_proj", "down_proj"];

    /// <summary>The weights that an adapter may have matrices for, in the order of the mapping.</summary>
    public static IReadOnlyList<string> WeightsOf(Binding binding) =>
        binding is { Fused: { } axis, Parameter.Expert: not null }
            ? [.. binding.HfNames.Select(name => $"{name}[{axis.Index}]")]
            : binding.HfNames;

    /// <summary>The tensor and the number of the expert; null for the name of a whole tensor.</summary>
    public static (string Tensor, int Expert)? Parse(string weight)
    {
        int bracket = weight.LastIndexOf('[');
        return weight.EndsWith(']') && bracket > 0
            ? (weight[..bracket], int.Parse(weight.AsSpan(bracket + 1)[..^1], CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>The parameter of transformers that holds such a tensor, and its module.</summary>
    public static (string Module, string Parameter) ParameterOf(string tensor)
    {
        string name = tensor.EndsWith(Weight, StringComparison.Ordinal) ? tensor[..^Weight.Length] : tensor;
        int dot = name.LastIndexOf('.');
        return (name[..dot], name[(dot + 1)..]);
    }

    /// <summary>The place of a parameter among those of its module; -1 for one that is not known to hold experts.</summary>
    public static int PlaceOf(string parameter) => Array.IndexOf(Registered, parameter);
}
