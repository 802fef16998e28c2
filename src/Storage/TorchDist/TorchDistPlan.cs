using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Torch;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>
/// The files of a checkpoint that is to be written, byte for byte as Megatron-Core writes it from the same contents. To
/// be written in the order data files, index, marker: what has no marker is no checkpoint.
/// </summary>
public sealed class TorchDistPlan
{
    private readonly Lazy<FileLayout> _index; // a plan that is only looked at needs none

    private TorchDistPlan(IReadOnlyList<DistcpLayout> dataFiles, Func<FileLayout> index)
    {
        DataFiles = dataFiles;
        _index = new(index);
    }

    /// <summary>The files with tensors and objects, <c>__RANK_NUMBER.distcp</c>.</summary>
    public IReadOnlyList<DistcpLayout> DataFiles { get; }

    /// <summary>The file <c>.metadata</c>.</summary>
    public FileLayout Index => _index.Value;

    /// <summary>The file <c>metadata.json</c>, which says that the checkpoint is complete and of which format.</summary>
    public FileLayout Marker { get; } =
        new BytesLayout("{\"sharded_backend\": \"torch_dist\", \"sharded_backend_version\": 1}"u8.ToArray())
        {
            Name = "metadata.json",
        };

    /// <summary>Plans the checkpoint that ranks save together.</summary>
    /// <param name="ranks">For each rank its items, in the order of its state dict; one with none gets no file.</param>
    /// <param name="checkpointId">The path that the index names as the checkpoint's own; nobody reads it.</param>
    /// <param name="filesPerRank">Number of files that a rank divides its items among, as Megatron's writer threads do.</param>
    /// <param name="saveId">An id of this save; by default one that is always the same for the same items.</param>
    /// <exception cref="ArgumentException">
    /// Chunks of one tensor disagree in dtype or shape, or do not tile it; or a key comes twice.
    /// </exception>
    public static TorchDistPlan Create(
        IReadOnlyList<IReadOnlyList<SaveItem>> ranks,
        string checkpointId,
        int filesPerRank = 1,
        Guid? saveId = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filesPerRank, 1);
        CheckTensors(ranks);
        ItemLayouts archives = new();
        List<Func<RankPlan>> plans = [];
        List<DistcpLayout> files = [];
        foreach ((int rank, IReadOnlyList<SaveItem> items) in ranks.Index())
        {
            List<List<(SaveItem, ItemPlace)>> stored = [];
            foreach (IReadOnlyList<SaveItem> bucket in FileBuckets.Divide(items, filesPerRank).Where(b => b.Count > 0))
            {
                DistcpLayout file = new()
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"__{rank}_{stored.Count}.distcp"),
                };
                stored.Add([.. bucket.Select(item => (item, file.Add(item, archives.Get(item))))]);
                files.Add(file);
            }

            // Megatron lists what its main thread writes, the last file, before what the others write.
            plans.Add(() => new(items, [.. stored.TakeLast(1).Concat(stored.SkipLast(1)).SelectMany(file => file)]));
        }

        return new(files, () => Write([.. plans.Select(plan => plan())], checkpointId, saveId));
    }

    private static BytesLayout Write(IReadOnlyList<RankPlan> plans, string checkpointId, Guid? saveId) =>
        new(MetadataWriter.Write(plans, checkpointId, saveId ?? Fingerprint(plans))) { Name = ".metadata" };

    private static void CheckTensors(IReadOnlyList<IReadOnlyList<SaveItem>> ranks)
    {
        HashSet<string> objects = new(StringComparer.Ordinal);
        foreach (SaveItem item in ranks.SelectMany(items => items).Where(item => item is not TensorChunk))
        {
            if (!objects.Add(item.Key))
            {
                throw new ArgumentException($"The object {item.Key} is saved twice.", nameof(ranks));
            }
        }

        foreach (
            IGrouping<string, TensorChunk> tensor in ranks
                .SelectMany(items => items.OfType<TensorChunk>())
                .GroupBy(chunk => chunk.Key)
        )
        {
            TensorChunk first = tensor.First();
            if (objects.Contains(tensor.Key))
            {
                throw new ArgumentException($"{tensor.Key} is saved as an object and as a tensor.", nameof(ranks));
            }

            if (
                tensor.FirstOrDefault(chunk => chunk.Shape != first.Shape || chunk.View.DType != first.View.DType) is
                { } other
            )
            {
                throw new ArgumentException(
                    $"{tensor.Key} is saved as {first.View.DType} {first.Shape} and as {other.View.DType} {other.Shape}.",
                    nameof(ranks)
                );
            }

            if (Tiling.FindFault(first.Shape, [.. tensor.Select(chunk => chunk.Box)]) is { } fault)
            {
                throw new ArgumentException($"{tensor.Key} {first.Shape}: {fault}.", nameof(ranks));
            }

            // Only empty chunks can get here; the index knows chunks by where they begin.
            if (tensor.DistinctBy(chunk => chunk.Box.Offsets).Count() != tensor.Count())
            {
                throw new ArgumentException($"Two chunks of {tensor.Key} begin at the same place.", nameof(ranks));
            }
        }
    }

    /// <summary>The same items give the same id, so that a conversion done again gives the same bytes.</summary>
    private static Guid Fingerprint(IReadOnlyList<RankPlan> plans)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (RankPlan plan in plans)
        {
            foreach (SaveItem item in plan.Stored)
            {
                string what = item is TensorChunk chunk ? $"{chunk.View.DType} {chunk.Shape} {chunk.Box}" : "";
                hash.AppendData(Encoding.UTF8.GetBytes($"{item.Key} {what} {plan.Place(item)}\n"));
            }
        }

        return new Guid(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
