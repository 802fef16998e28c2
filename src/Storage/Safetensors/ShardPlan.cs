using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>Which tensors of a model go into which file.</summary>
public sealed class ShardPlan
{
    /// <summary>Limit of a file in bytes that huggingface_hub, and so upstream, uses by default.</summary>
    public const long HuggingFaceHubLimit = 5_000_000_000;

    /// <summary>Limit of a file in bytes that transformers uses by default.</summary>
    public const long TransformersLimit = 50_000_000_000;

    private ShardPlan(IReadOnlyList<Shard> shards) => Shards = shards;

    /// <summary>The files, in order.</summary>
    public IReadOnlyList<Shard> Shards { get; }

    /// <summary>File name of each tensor, file by file.</summary>
    public IEnumerable<KeyValuePair<string, string>> WeightMap =>
        Shards.SelectMany(shard => shard.Tensors.Select(tensor => KeyValuePair.Create(tensor, shard.FileName)));

    /// <summary>
    /// Fills one file after the other, by the rule of huggingface_hub: a tensor above the limit gets a file of its own
    /// at once, while the file at hand stays open for the next ones.
    /// </summary>
    /// <param name="tensors">The tensors in the order of the model.</param>
    /// <param name="maxShardBytes">Limit of the tensors of a file in bytes.</param>
    /// <param name="names">How the files are called; as those of transformers when nothing is said.</param>
    public static ShardPlan BySize(
        IEnumerable<KeyValuePair<string, TensorView>> tensors,
        long maxShardBytes = HuggingFaceHubLimit,
        WeightNames? names = null
    )
    {
        names ??= WeightNames.Transformers;
        List<List<string>> shards = [];
        List<string> open = [];
        long openBytes = 0;
        foreach ((string name, TensorView view) in tensors)
        {
            if (view.ByteCount > maxShardBytes)
            {
                shards.Add([name]);
                continue;
            }

            if (view.ByteCount > maxShardBytes - openBytes)
            {
                shards.Add(open);
                open = [];
                openBytes = 0;
            }

            open.Add(name);
            openBytes += view.ByteCount;
        }

        if (open.Count > 0 || shards.Count == 0)
        {
            shards.Add(open);
        }

        return new(
            shards.Count == 1
                ? [new(names.SingleFile, shards[0])]
                : [.. shards.Select((shard, i) => new Shard(names.Shard(i + 1, shards.Count), shard))]
        );
    }

    /// <summary>The files of another model, as far as they have any of these tensors.</summary>
    /// <param name="tensors">Names of the tensors; each must be in the map.</param>
    /// <param name="fileNames">File name of each tensor there; the order counts.</param>
    public static ShardPlan ByFileMap(IEnumerable<string> tensors, IEnumerable<KeyValuePair<string, string>> fileNames)
    {
        HashSet<string> wanted = new(tensors, StringComparer.Ordinal);
        Shard[] shards =
        [
            .. fileNames
                .Where(entry => wanted.Remove(entry.Key))
                .GroupBy(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal)
                .Select(group => new Shard(group.Key, [.. group])),
        ];
        return wanted.Count == 0
            ? new(shards)
            : throw new ArgumentException($"No file is told for {string.Join(", ", wanted)}.", nameof(fileNames));
    }

    /// <summary>The files to be written.</summary>
    /// <param name="tensors">All tensors by name.</param>
    /// <param name="metadata">Texts for the header of each file, or null for none.</param>
    public IReadOnlyList<SafetensorsLayout> ToLayouts(
        IReadOnlyDictionary<string, TensorView> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    ) =>
        [
            .. Shards.Select(shard => new SafetensorsLayout(
                shard.FileName,
                shard.Tensors.Select(name => KeyValuePair.Create(name, tensors[name])),
                metadata
            )),
        ];
}
