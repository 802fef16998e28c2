using MegatronBridge.Conversion;
using MegatronBridge.Storage.Checkpoints;

namespace MegatronBridge.Resharding;

/// <summary>Which iteration a checkpoint is, and what else its folder has.</summary>
internal sealed record IterationPlace(string Source, string Name, long Number)
{
    private static readonly string[] Known =
    [
        ".metadata",
        "metadata.json",
        "common.pt",
        "run_config.yaml",
        TrainState.FileName,
        "tokenizer",
    ];

    /// <summary>True when Megatron-Bridge's state of the training is there, which goes along as it is.</summary>
    public bool HasTrainState => File.Exists(TrainStatePath);

    /// <summary>Where that is.</summary>
    public string TrainStatePath => Path.Combine(Source, TrainState.FileName);

    /// <summary>The text of the tracker that makes the iteration the newest.</summary>
    public byte[] Tracker => Name == IterationFolder.Release ? "release"u8.ToArray() : IterationTracker.Encode(Number);

    /// <summary>The iteration of a checkpoint: by the name of its folder, else by what it says, else 0.</summary>
    public static IterationPlace Of(CheckpointLocation location, long? recorded)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(location.Folder));
        long number = location.Iteration ?? (recorded is >= 0 ? recorded.Value : 0);
        return new(location.Folder, name == IterationFolder.Release ? name : IterationFolder.Name(number), number);
    }

    /// <summary>What a conversion of this iteration makes: the names that may be overwritten.</summary>
    public bool IsOurs(string name) => name == Name || name is IterationTracker.FileName or TrainState.LatestFileName;

    /// <summary>Files and folders that no conversion knows.</summary>
    public IEnumerable<IgnoredEntry> Others()
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(Source).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith("mp_rank_", StringComparison.Ordinal))
            {
                foreach (string file in Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)))
                {
                    if (file != LegacyTorchCheckpoint.FileName)
                    {
                        yield return new(
                            $"{name}/{file}",
                            "it belongs to the ranks of the layout in which it was saved",
                            null
                        );
                    }
                }
            }
            else if (!Known.Contains(name) && !name.EndsWith(".distcp", StringComparison.Ordinal))
            {
                yield return new(name, "it is no part of the model; copy it if it is needed", null);
            }
        }
    }
}
