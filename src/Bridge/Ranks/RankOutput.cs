using MegatronBridge.Conversion;
using MegatronBridge.LegacyTorch;
using MegatronBridge.Model;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Ranks;

/// <summary>The files of a checkpoint that several ranks write, each its own, as one of them sees it.</summary>
/// <param name="Files">All files. A rank can lay out each of them and write those that are its own.</param>
/// <param name="WriterOf">The rank that writes a file with tensors.</param>
internal sealed record RankOutput(CheckpointOutput Files, Func<FileLayout, int> WriterOf)
{
    /// <summary>The files of a checkpoint of a format in the folder of an iteration.</summary>
    /// <exception cref="Layout.LayoutException">The format has no place for the layout.</exception>
    public static RankOutput Of(IReadOnlyList<MegatronModel> models, CheckpointFormat format, string iteration) =>
        format == CheckpointFormat.Torch ? OfLegacy(models) : OfTorchDist(models, iteration);

    private static RankOutput OfTorchDist(IReadOnlyList<MegatronModel> models, string iteration)
    {
        Func<ModelParameter, HeldView> view = Views(models, MegatronModel.Owned(models));
        MegatronShards shards = MegatronShards.Of(models[0].Table, view, models[0].Parallel.Sizes);
        return new(MegatronOutput.Of(shards, iteration), file => int.Parse(file.Name.Split('_')[2], null)); // __3_0.distcp
    }

    private static RankOutput OfLegacy(IReadOnlyList<MegatronModel> models)
    {
        // Every file has what its rank has, copies of tied weights too.
        var held = models
            .SelectMany(model => model.Tensors)
            .GroupBy(tensor => tensor.Place.Parameter.Name, StringComparer.Ordinal)
            .ToDictionary(tensors => tensors.Key, tensors => tensors.First(), StringComparer.Ordinal);
        MegatronModel model = models[0];
        Dictionary<string, int> writers = LegacyOutput
            .FoldersOf(model.Table, model.Parallel.Sizes)
            .ToDictionary(
                folder => folder.Name,
                folder =>
                    model.Parallel.Grid.Ranks.First(rank => RankPlace.Of(model.Parallel.Grid, rank) == folder.Place),
                StringComparer.Ordinal
            );
        return new(
            LegacyOutput.OfUntrained(model.Table, model.Provider, model.Parallel.Sizes, Views(models, held)),
            file => writers[file.Name.Split('/')[0]]
        );
    }

    private static Func<ModelParameter, HeldView> Views(
        IReadOnlyList<MegatronModel> models,
        Dictionary<string, ModelTensor> held
    ) =>
        parameter =>
            new(
                MegatronModel.TypeOf(parameter, models[0].Provider),
                parameter.Shape,
                held.GetValueOrDefault(parameter.Name)
            );
}
