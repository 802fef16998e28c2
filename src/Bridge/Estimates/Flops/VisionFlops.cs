using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Flops;

/// <summary>
/// A tower that sees, by its rows of the model table: each weight of its layers meets every patch, each of its mergers every merged token.
/// A patch sees those of its frame, in some layers of some towers those of its window.
/// </summary>
internal static class VisionFlops
{
    private static readonly string[] Configs =
    [
        "vision_config",
        "thinker_config.vision_config",
        "hf_config.vision_config",
    ];
    private static readonly string[] Towers = ["visual.", "vision_model."];
    private static readonly string[] Layers = ["blocks.", "layers."];
    private static readonly string[] Mergers = ["merger", "downsample."];

    /// <summary>Adds what the tower of a model does with images; frozen, it only looks.</summary>
    /// <exception cref="UnsupportedModelException">The model has no tower of a kind that is counted.</exception>
    /// <exception cref="InvalidConfigException">An image has no patches.</exception>
    public static void AddTo(
        FlopsLedger ledger,
        ModelProvider provider,
        IReadOnlyList<ImagePatches> images,
        bool isFrozen
    )
    {
        if (images.Count == 0)
        {
            return;
        }

        if (images.Any(image => image.PatchesPerFrame < 1 || image.Frames < 1))
        {
            throw new InvalidConfigException("An image must have 1 or more patches, and a video 1 or more frames.");
        }

        HfConfig config = ConfigOf(provider);
        ModelParameter[] rows =
        [
            .. ModelTable
                .Build(provider)
                .Parameters.Where(parameter => parameter.Shape.Rank > 1 && IsOfTower(parameter)),
        ];
        decimal patches = images.Sum(image => (decimal)image.PatchesPerFrame * image.Frames);
        decimal merge = Size(config, "spatial_merge_size");
        decimal merged = images.Sum(image =>
            decimal.Floor((decimal)image.PatchesPerFrame * image.Frames / (merge * merge))
        );
        int passes = isFrozen ? 1 : 3;

        BlockTally tower = ledger.Layer("vision tower");
        tower.Weights("vision", 1, Elements(rows, Layers), patches, passes);
        tower.Weights("vision", 1, Elements(rows, ["patch_embed."]), patches, passes);
        tower.Weights("vision", 1, Elements(rows, Mergers), merged, passes);
        decimal attention = 4m * Size(config, "hidden_size") * Pairs(config, images);
        tower.Add(attention, attention * passes);
    }

    // Mergers of deepstack stand among the layers by their name.
    private static decimal Elements(IEnumerable<ModelParameter> rows, string[] parts) =>
        rows.Where(row =>
                parts == Mergers
                    ? IsMerger(row)
                    : !IsMerger(row) && Array.Exists(parts, part => row.Name.Contains(part, StringComparison.Ordinal))
            )
            .Sum(row => (decimal)row.Shape.ElementCount);

    private static bool IsMerger(ModelParameter row) =>
        Array.Exists(Mergers, part => row.Name.Contains(part, StringComparison.Ordinal));

    private static bool IsOfTower(ModelParameter parameter) =>
        Array.Exists(
            Towers,
            tower =>
                parameter
                    .Name.Replace("thinker.", "", StringComparison.Ordinal)
                    .StartsWith(tower, StringComparison.Ordinal)
        );

    // Of all layers together. Windows are square, of so many pixels, where the config says which layers see the whole frame.
    private static decimal Pairs(HfConfig config, IReadOnlyList<ImagePatches> images)
    {
        decimal depth = Size(config, "depth");
        bool hasWindows = config.IsSet("fullatt_block_indexes") && config.IsSet("window_size");
        decimal whole = hasWindows ? config.Integers("fullatt_block_indexes").Distinct().Count() : depth;
        if (whole > depth)
        {
            throw config.Wrong("fullatt_block_indexes", $"at most the {depth} layers of depth");
        }

        decimal side = hasWindows ? Math.Floor(Size(config, "window_size") / Size(config, "patch_size")) : 0;
        return images.Sum(image =>
            image.Frames
            * (decimal)image.PatchesPerFrame
            * ((whole * image.PatchesPerFrame) + ((depth - whole) * Math.Min(side * side, image.PatchesPerFrame)))
        );
    }

    private static decimal Size(HfConfig config, string field) =>
        config.Integer(field) is >= 1 and var size ? size : throw config.Wrong(field, "a number of 1 or more");

    private static HfConfig ConfigOf(ModelProvider provider)
    {
        string? path = Array.Find(
            Configs,
            path => provider.Has(path.Split('.')[0]) && !provider[path.Split('.')[0]].IsNull
        );
        HfConfig? config = path is null ? null : KeptConfig.Of(provider, path);
        return config is not null && config.IsSet("spatial_merge_size") && config.IsSet("depth")
            ? config
            : throw new UnsupportedModelException(
                $"Images are counted for towers whose config has depth and spatial_merge_size (Qwen, GLM-4.5V, EXAONE 4.5); {provider.Schema.Name} "
                    + "has none."
            );
    }
}
