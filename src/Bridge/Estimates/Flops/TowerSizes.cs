using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Flops;

/// <summary>What a tower's config says of its attention and of what becomes of its patches.</summary>
internal sealed record TowerSizes
{
    private static readonly string[] Paths =
    [
        "vision_config",
        "thinker_config.vision_config",
        "hf_config.vision_config",
    ];
    private static readonly string[] Depths = ["depth", "num_hidden_layers", "vt_num_hidden_layers"];
    private static readonly string[] Widths = ["hidden_size", "vt_hidden_size"];

    /// <summary>Layers.</summary>
    public required decimal Depth { get; init; }

    /// <summary>Layers in which a patch sees all of its frame.</summary>
    public required decimal WholeLayers { get; init; }

    /// <summary>Patches of a window, in the others.</summary>
    public required decimal Window { get; init; }

    /// <summary>Channels of all heads.</summary>
    public required decimal Width { get; init; }

    /// <summary>Patches of which one token is made.</summary>
    public required decimal Merge { get; init; }

    /// <summary>True when it sees videos as frames, each on its own.</summary>
    public required bool TakesFrames { get; init; }

    /// <summary>Those of a model.</summary>
    /// <exception cref="UnsupportedModelException">It has no tower of a kind that is counted.</exception>
    /// <exception cref="Storage.BadFileException">A size is not as it must be.</exception>
    public static TowerSizes Of(ModelProvider provider)
    {
        (HfConfig? config, HfConfig? outer) = ConfigOf(provider);
        if (
            config is null
            || Find(config, Depths) is not { } depth
            || MergeOf(provider, config, outer) is not { } merge
        )
        {
            throw new UnsupportedModelException(
                "Images are counted for the towers of Qwen, GLM-4.5V, ERNIE, EXAONE 4.5, Gemma 3 and 4, Mistral 3, Kimi and MiniMax-M3; "
                    + $"{provider.Schema.Name} has none of these."
            );
        }

        bool hasWindows = config.IsSet("fullatt_block_indexes") && config.IsSet("window_size");
        decimal whole = hasWindows ? config.Integers("fullatt_block_indexes").Distinct().Count() : depth;
        decimal side = hasWindows ? Math.Floor(Size(config, "window_size") / Size(config, "patch_size")) : 0;
        return new()
        {
            Depth = depth,
            WholeLayers =
                whole <= depth ? whole : throw config.Wrong("fullatt_block_indexes", $"at most the {depth} layers"),
            Window = side * side,
            Width = provider.IsGemma4
                ? Size(config, "num_attention_heads") * Size(config, "head_dim")
                : Find(config, Widths) ?? throw config.Wrong(Widths[0], "a number of 1 or more"),
            Merge = merge,
            TakesFrames = !config.IsSet("merge_kernel_size"),
        };
    }

    private static decimal? MergeOf(ModelProvider provider, HfConfig config, HfConfig? outer)
    {
        if (config.IsSet("merge_kernel_size"))
        {
            return config.Integers("merge_kernel_size") is [>= 1 and var height, >= 1 and var width]
                ? (decimal)height * width
                : throw config.Wrong("merge_kernel_size", "two numbers of 1 or more");
        }

        decimal? side =
            Find(config, ["spatial_merge_size", "pooling_kernel_size"])
            ?? (outer is null ? null : Find(outer, ["spatial_merge_size"]));
        if (side is not null)
        {
            return side * side;
        }

        if (!provider.Has("mm_tokens_per_image"))
        {
            return null;
        }

        decimal rows = Math.Floor(Size(config, "image_size") / Size(config, "patch_size"));
        return rows * rows / provider.Size("mm_tokens_per_image");
    }

    private static (HfConfig? Config, HfConfig? Outer) ConfigOf(ModelProvider provider)
    {
        foreach (string[] path in Paths.Select(path => path.Split('.')))
        {
            if (!provider.Has(path[0]) || provider[path[0]].ToJson() is not JsonObject json)
            {
                continue;
            }

            HfConfig outer = new(json, $"{path[0]} of the model");
            if (path.Length == 1)
            {
                return (outer, null);
            }

            if (outer.Nested(path[1]) is { } inner)
            {
                return (inner, outer);
            }
        }

        return (null, null);
    }

    private static decimal? Find(HfConfig config, string[] fields) =>
        Array.Find(fields, config.IsSet) is { } field ? Size(config, field) : null;

    private static decimal Size(HfConfig config, string field) =>
        config.Integer(field) is >= 1 and var size ? size : throw config.Wrong(field, "a number of 1 or more");
}
