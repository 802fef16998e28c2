using MegatronBridge.Model;

namespace MegatronBridge.Conversion;

/// <summary>One way in which a checkpoint may store a parameter: under which keys, behind which stacked dimensions.</summary>
internal sealed record ParameterSpelling(IReadOnlyList<string> Keys, IReadOnlyList<StackAxis> Axes)
{
    // A norm is part of the linear layer behind it (Transformer Engine) or a module of its own (local spec).
    private static readonly (string Fused, string Separate)[] NormNames =
    [
        (".self_attention.linear_qkv.layer_norm_", ".input_layernorm."),
        (".self_attention.linear_q_up_proj.layer_norm_", ".self_attention.q_layernorm."),
        (".self_attention.linear_kv_up_proj.layer_norm_", ".self_attention.kv_layernorm."),
        (".mlp.linear_fc1.layer_norm_", ".pre_mlp_layernorm."),
        (".mixer.in_proj.layer_norm_", ".norm."),
    ];

    /// <summary>All ways, the usual one first.</summary>
    public static IEnumerable<ParameterSpelling> Of(ModelParameter parameter)
    {
        foreach ((string key, IReadOnlyList<StackAxis> axes) in Stackings(parameter))
        {
            foreach (string name in NormSpellings(key))
            {
                yield return new([name], axes);
                if (parameter.Cut.Parts.Count == 2 && parameter.Cut.Parts[0].Suffix is null)
                {
                    yield return new([name + "_w", name + "_v"], axes); // singleton shards: gate and up on their own
                }
            }

            if (parameter.Cut.Parts.Count > 0 && parameter.Cut.Parts[0].Suffix is not null)
            {
                yield return new([.. parameter.Cut.Parts.Select(part => $"{key}.{part.Suffix}")], axes);
            }
        }
    }

    private static IEnumerable<(string Key, IReadOnlyList<StackAxis> Axes)> Stackings(ModelParameter parameter)
    {
        yield return (parameter.Key, parameter.Axes);

        // The table stacks the layers, the checkpoint does not. The name tells the layer's number.
        const string Stacked = "decoder.layers.";
        int layerAxes = parameter.Expert is null ? parameter.Axes.Count : parameter.Axes.Count - 1;
        int at = parameter.Key.IndexOf(Stacked, StringComparison.Ordinal);
        string ofLayer = parameter.Key;
        IReadOnlyList<StackAxis> axes = parameter.Axes;
        if (layerAxes == 1 && at >= 0)
        {
            string rest = parameter.Name[(at + Stacked.Length)..];
            ofLayer = parameter.Key.Insert(at + Stacked.Length, rest[..(rest.IndexOf('.') + 1)]);
            axes = [.. parameter.Axes.Skip(1)];
            yield return (ofLayer, axes);
        }

        if (parameter.Expert is int expert)
        {
            string single = ofLayer.Replace(
                ".experts.experts.",
                $".experts.experts.{expert}.",
                StringComparison.Ordinal
            );
            yield return (single, [.. axes.SkipLast(1)]);
        }
    }

    /// <summary>A key with its norm where either kind of layer has it.</summary>
    internal static IEnumerable<string> NormSpellings(string key)
    {
        yield return key;
        foreach ((string fused, string separate) in NormNames)
        {
            if (key.Contains(fused, StringComparison.Ordinal))
            {
                yield return key.Replace(fused, separate, StringComparison.Ordinal);
            }
            else if (key.Contains(separate, StringComparison.Ordinal))
            {
                yield return key.Replace(separate, fused, StringComparison.Ordinal);
            }
        }
    }
}
