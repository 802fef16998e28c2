using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Ranks;

/// <summary>Saves a model that lies on several ranks: each writes its own files, the first one what belongs to all.</summary>
public static class ModelCheckpoint
{
    /// <summary>
    /// Saves a torch_dist checkpoint, all ranks together. Until the last moment nothing is at the target; when a rank fails, nothing remains.
    /// </summary>
    /// <param name="models">This rank's parts of the model.</param>
    /// <param name="path">The folder to make, which all ranks see.</param>
    /// <param name="tokenizerModel">What the checkpoint names as its tokenizer, or null.</param>
    /// <param name="overwrite">True to replace a checkpoint that is there.</param>
    /// <param name="options">How to write.</param>
    /// <exception cref="Storage.BadFileException">The target may not be written, or the disk is full.</exception>
    /// <exception cref="CollectiveException">Another rank failed.</exception>
    public static void Save(
        IReadOnlyList<MegatronModel> models,
        string path,
        string? tokenizerModel = null,
        bool overwrite = false,
        TransferOptions? options = null
    ) =>
        Save(
            models,
            RunConfig.ForConversion(models[0].Provider, path, tokenizerModel),
            path,
            CheckpointFormat.TorchDist,
            [],
            overwrite,
            options
        );

    /// <summary>The same in any format, with copies of a tokenizer's files, of which those on the first rank count.</summary>
    internal static void Save(
        IReadOnlyList<MegatronModel> models,
        RunConfig runConfig,
        string path,
        CheckpointFormat format,
        IReadOnlyCollection<string> tokenizerFiles,
        bool overwrite,
        TransferOptions? options
    )
    {
        ParallelState parallel = models[0].Parallel;
        using GatherScope gathered = new(models.SelectMany(model => model.Tensors));
        RankOutput output = RankOutput.Of(models, format, Path.Combine(path, CheckpointOutput.IterationName));
        using StagedDirectory? staged = parallel.Rank == 0 ? Stage(path, overwrite) : null;
        string folder = SharedText.Broadcast(parallel.World, staged?.Path);
        string iteration = Path.Combine(folder, CheckpointOutput.IterationName);
        IReadOnlyList<FileLayout> data = output.Files.DataFiles;
        Write([.. data.Where(file => output.WriterOf(file) == parallel.Rank)], iteration, options);
        parallel.World.Barrier();
        if (staged is not null)
        {
            foreach (string file in tokenizerFiles)
            {
                staged.CopyFile(file, $"{CheckpointOutput.IterationName}/tokenizer/{Path.GetFileName(file)}");
            }

            Write([.. output.Files.IterationFiles(runConfig).Except(data)], iteration, options);
            Write(CheckpointOutput.Trackers, folder, options);
            staged.Commit();
        }

        parallel.World.Barrier();
    }

    private static StagedDirectory Stage(string path, bool overwrite)
    {
        OutputFolder.Check(path, overwrite, CheckpointOutput.IsOurs);
        return StagedDirectory.Create(path, overwrite);
    }

    private static void Write(IReadOnlyList<FileLayout> files, string folder, TransferOptions? options) =>
        TransferEngine.RunAsync(files, folder, options ?? TransferOptions.Default).GetAwaiter().GetResult();
}
