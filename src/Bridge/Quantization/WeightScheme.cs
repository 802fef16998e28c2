using MegatronBridge.Config;

namespace MegatronBridge.Quantization;

/// <summary>How a config says that the weights of a group of modules are stored (compressed-tensors, and what is like it).</summary>
internal sealed record WeightScheme
{
    /// <summary>Bits of a code.</summary>
    public required int Bits { get; init; }

    /// <summary>True for floats, false for integers.</summary>
    public required bool IsFloat { get; init; }

    /// <summary>False when zero points belong to the codes.</summary>
    public required bool IsSymmetric { get; init; }

    /// <summary>What shares a scale: tensor, channel, group, tensor_group or block.</summary>
    public required string Strategy { get; init; }

    /// <summary>Columns that share a scale, for groups.</summary>
    public int? GroupSize { get; init; }

    /// <summary>Rows and columns that share a scale, for blocks.</summary>
    public (int Rows, int Columns)? Block { get; init; }

    /// <summary>The modules, or their class.</summary>
    public required ModuleList Targets { get; init; }

    /// <summary>Reads one entry of <c>config_groups</c>; null for a group whose weights are not quantised.</summary>
    public static WeightScheme? Read(HfConfig group)
    {
        if (group.Nested("weights") is not { } weights)
        {
            return null;
        }

        int? groupSize = weights.IntegerOrNull("group_size");
        string strategy = weights.TextOr(
            "strategy",
            groupSize is null ? "tensor"
                : groupSize > 0 ? "group"
                : "channel"
        );
        return new()
        {
            Bits = weights.IntegerOr("num_bits", 8),
            IsFloat = weights.TextOr("type", "int") == "float",
            IsSymmetric = weights.FlagOr("symmetric", true),
            Strategy = strategy,
            GroupSize = groupSize > 0 ? groupSize : null,
            Block = BlockSize(weights, "block_structure"),
            Targets = new(group.IsSet("targets") ? group.Texts("targets") : []),
        };
    }

    /// <summary>Two positive numbers under a key, or null when it is null or missing.</summary>
    public static (int Rows, int Columns)? BlockSize(HfConfig config, string key) =>
        !config.IsSet(key) ? null
        : config.Integers(key) is [> 0 and var rows, > 0 and var columns] ? (rows, columns)
        : throw config.Wrong(key, "two positive whole numbers");
}
