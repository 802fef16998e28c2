using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates.Flops;

/// <summary>
/// A tower that sees, by its rows of the model table: each weight of its layers meets every patch, each of its mergers every merged token.
/// A patch sees those of its frame, in some layers of some towers those of its window.
/// </summary>
internal static class VisionFlops
{
    private const string PatchMerger = "patch_merge_mlp.";
    private const string EarlyProjector = "multi_modal_projector.";

    private static readonly string[] Towers = ["visual.", "vision_model.", "vision_tower."];
    private static readonly string[] Projectors = [EarlyProjector, "mm_projector.", PatchMerger, "embed_vision."];
    private static readonly string[] OfPatches = ["blocks.", "layers.", "patch_embed", "patch_conv."];
    private static readonly string[] Positions = ["pos_emb", "position_embedding"];
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

        TowerSizes sizes = TowerSizes.Of(provider);
        if (!sizes.TakesFrames && images.Any(image => image.Frames > 1))
        {
            throw new UnsupportedModelException("Kimi's towers look at several frames at once, which is not counted.");
        }

        (decimal ofPatches, decimal ofMerged) = Elements(provider);
        decimal patches = images.Sum(image => (decimal)image.PatchesPerFrame * image.Frames);
        decimal merged = images.Sum(image =>
            decimal.Floor((decimal)image.PatchesPerFrame * image.Frames / sizes.Merge)
        );
        int passes = isFrozen ? 1 : 3;

        BlockTally tower = ledger.Layer("vision tower");
        tower.Weights("vision", 1, ofPatches, patches, passes);
        tower.Weights("vision", 1, ofMerged, merged, passes);
        decimal attention = 4 * sizes.Width * images.Sum(image => Pairs(sizes, image));
        tower.Add(attention, attention * passes);
    }

    // Of the matrices that meet patches, and of those that meet merged tokens.
    private static (decimal OfPatches, decimal OfMerged) Elements(ModelProvider provider)
    {
        ModelParameter[] matrices =
        [
            .. ModelTable.Build(provider).Parameters.Where(parameter => parameter.Shape.Rank > 1),
        ];
        bool mergesLast = Array.Exists(matrices, row => NameOf(row).StartsWith(PatchMerger, StringComparison.Ordinal));
        (decimal ofPatches, decimal ofMerged) = (0, 0);
        foreach (ModelParameter row in matrices)
        {
            string name = NameOf(row);
            bool isOfTower = StartsWith(name, Towers);
            bool isProjector = StartsWith(name, Projectors);
            if (isOfTower && Contains(name, Mergers)) // those of deepstack stand among the layers by their name
            {
                ofMerged += row.Shape.ElementCount;
            }
            else if (isOfTower && Contains(name, OfPatches) && !Contains(name, Positions))
            {
                ofPatches += row.Shape.ElementCount;
            }
            else if (isProjector && mergesLast && name.StartsWith(EarlyProjector, StringComparison.Ordinal))
            {
                ofPatches += row.Shape.ElementCount; // MiniMax-M3 projects first
            }
            else if (isProjector)
            {
                ofMerged += row.Shape.ElementCount;
            }
        }

        return (ofPatches, ofMerged);
    }

    // Of all layers together. Windows are square, of so many pixels, where the config says which layers see the whole frame.
    private static decimal Pairs(TowerSizes sizes, ImagePatches image) =>
        image.Frames
        * (decimal)image.PatchesPerFrame
        * (
            (sizes.WholeLayers * image.PatchesPerFrame)
            + ((sizes.Depth - sizes.WholeLayers) * Math.Min(sizes.Window, image.PatchesPerFrame))
        );

    private static string NameOf(ModelParameter parameter) =>
        parameter.Name.Replace("thinker.", "", StringComparison.Ordinal);

    private static bool StartsWith(string name, string[] parts) =>
        Array.Exists(parts, part => name.StartsWith(part, StringComparison.Ordinal));

    private static bool Contains(string name, string[] parts) =>
        Array.Exists(parts, part => name.Contains(part, StringComparison.Ordinal));
}
