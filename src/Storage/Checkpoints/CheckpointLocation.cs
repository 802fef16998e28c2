using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;

namespace MegatronBridge.Storage.Checkpoints;

/// <summary>Where a checkpoint is and what kind it is, found from the path of it or of the run that it belongs to.</summary>
/// <param name="Kind">The format.</param>
/// <param name="Folder">The folder with the data.</param>
/// <param name="Root">The folder that the iterations of the run are in, or null when the data's folder was given.</param>
public sealed record CheckpointLocation(CheckpointKind Kind, string Folder, string? Root)
{
    private const string Sought =
        "Looked for: .metadata (torch_dist), mp_rank_00*/model_optim_rng.pt (legacy torch), config.json with "
        + "*.safetensors or pytorch_model*.bin (Hugging Face).";

    /// <summary>The iteration that the folder's name tells, or null.</summary>
    public long? Iteration => IterationFolder.Parse(Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder)));

    /// <summary>
    /// Looks at a folder: a checkpoint of any kind, or the root of a run, of which the newest iteration is taken. The
    /// newest is what <c>latest_train_state.pt</c> says, else <c>latest_checkpointed_iteration.txt</c>, else the
    /// folder with the largest number.
    /// </summary>
    /// <exception cref="BadFileException">There is no checkpoint, or not the one that the run calls its newest.</exception>
    public static CheckpointLocation Find(string path)
    {
        if (File.Exists(path))
        {
            throw new BadFileException(path, "this is a file. Give the folder of the checkpoint.");
        }

        if (!Directory.Exists(path))
        {
            throw new BadFileException(path, "the folder does not exist.");
        }

        try
        {
            return Detect(path) is { } kind ? new(kind, path, null) : FindInRoot(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException(path, $"the folder cannot be read: {e.Message}", e);
        }
    }

    private static CheckpointLocation FindInRoot(string root)
    {
        if (FindNewest(root) is not { } newest)
        {
            throw new BadFileException(
                root,
                $"there is no checkpoint in it. {Sought} In the root of a run: {TrainState.LatestFileName}, "
                    + $"{IterationTracker.FileName} or folders {IterationFolder.Name(0)}, ..."
            );
        }

        string folder = Path.Combine(root, newest);
        return Detect(folder) is { } kind
            ? new(kind, folder, root)
            : throw new BadFileException(folder, $"there is no checkpoint in it. {Sought}");
    }

    private static CheckpointKind? Detect(string folder)
    {
        bool hasMarker = File.Exists(Path.Combine(folder, "metadata.json"));
        if (File.Exists(Path.Combine(folder, ".metadata")))
        {
            return hasMarker ? CheckpointKind.TorchDist : CheckpointKind.Dcp;
        }

        if (hasMarker)
        {
            throw new BadFileException(
                folder,
                "metadata.json says that this is a distributed checkpoint, but .metadata is missing. "
                    + "It is incomplete, or of the backend 'zarr', which is not supported."
            );
        }

        if (LegacyTorchCheckpoint.IsIn(folder))
        {
            return CheckpointKind.LegacyTorch;
        }

        return
            IsHuggingFace(folder)
            || !File.Exists(Path.Combine(folder, HfFolder.ConfigName))
                && IsHuggingFace(Path.Combine(folder, HfFolder.TransformerName))
            ? CheckpointKind.HuggingFace
            : null;
    }

    private static bool IsHuggingFace(string folder) =>
        File.Exists(Path.Combine(folder, HfFolder.ConfigName))
        && (
            File.Exists(Path.Combine(folder, WeightNames.Transformers.Index))
            || Directory.EnumerateFiles(folder, "*.safetensors").Any()
            || Directory.EnumerateFiles(folder, "pytorch_model*.bin").Any()
        );

    private static string? FindNewest(string root)
    {
        string latest = Path.Combine(root, TrainState.LatestFileName);
        string tracker = Path.Combine(root, IterationTracker.FileName);
        if (File.Exists(latest))
        {
            return Existing(root, TrainState.LatestFileName, IterationFolder.Name(TrainState.Read(latest).Step));
        }

        if (File.Exists(tracker))
        {
            return Existing(root, IterationTracker.FileName, IterationTracker.ReadFolder(tracker));
        }

        string? newest = Iterations(root).MaxBy(name => IterationFolder.Parse(name));
        return newest
            ?? (Directory.Exists(Path.Combine(root, IterationFolder.Release)) ? IterationFolder.Release : null);
    }

    private static string Existing(string root, string tracker, string folder)
    {
        if (Directory.Exists(Path.Combine(root, folder)))
        {
            return folder;
        }

        string there = string.Join(", ", Iterations(root).Order(StringComparer.Ordinal).DefaultIfEmpty("none"));
        throw new BadFileException(
            root,
            $"{tracker} says that the newest checkpoint is {folder}, which is missing. Iterations that are there: {there}. "
                + "Give the folder of the one you want."
        );
    }

    private static IEnumerable<string> Iterations(string root) =>
        Directory
            .EnumerateDirectories(root)
            .Select(path => Path.GetFileName(path))
            .Where(name => IterationFolder.Parse(name) is not null);
}
