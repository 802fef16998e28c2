using System.Globalization;
using MegatronBridge.Layout;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Inspection;

/// <summary>
/// Guesses for which ranks a distributed checkpoint was cut, when nothing says so: tensor parallelism from how the
/// embedding is cut, pipeline parallelism from which ranks wrote which layers.
/// </summary>
internal static class LayoutGuess
{
    private const string Embedding = "embedding.word_embeddings.weight";
    private const string Layers = "decoder.layers.";

    public static ParallelSizes? Of(TorchDistIndex index) =>
        index.FindTensor(Embedding) is { } embedding
            ? new ParallelSizes { Tp = ChunkGridOf(embedding)[0], Pp = CountStages(index) }
            : null;

    /// <summary>Into how many parts each dimension is cut.</summary>
    public static int[] ChunkGridOf(StoredTensor tensor)
    {
        int[] grid = new int[tensor.Shape.Rank];
        for (int axis = 0; axis < grid.Length; axis++)
        {
            grid[axis] = tensor.Chunks.Select(chunk => chunk.Box.Offsets[axis]).Distinct().Count();
        }

        return grid;
    }

    /// <summary>Ranks that wrote parts of one layer are of one stage; so are layers that share a rank.</summary>
    private static int CountStages(TorchDistIndex index)
    {
        Dictionary<long, HashSet<int>> ranksOfLayer = [];
        foreach (
            StoredTensor tensor in index.Tensors.Where(tensor =>
                tensor.Key.StartsWith(Layers, StringComparison.Ordinal)
            )
        )
        {
            long? layer = NumberIn(tensor.Key);
            foreach (StoredChunk chunk in tensor.Chunks)
            {
                long of = layer ?? chunk.Box.Offsets[0]; // stacked layers lie along the first dimension
                if (RankOf(chunk.Place.File) is { } rank)
                {
                    ranksOfLayer.TryAdd(of, []);
                    ranksOfLayer[of].Add(rank);
                }
            }
        }

        List<HashSet<int>> stages = [];
        foreach (HashSet<int> ranks in ranksOfLayer.Values)
        {
            List<HashSet<int>> touching = stages.FindAll(stage => stage.Overlaps(ranks));
            touching.ForEach(stage => stages.Remove(stage));
            stages.Add([.. ranks, .. touching.SelectMany(stage => stage)]);
        }

        return Math.Max(1, stages.Count);
    }

    private static long? NumberIn(string key)
    {
        ReadOnlySpan<char> rest = key.AsSpan(Layers.Length);
        int dot = rest.IndexOf('.');
        return dot > 0 && long.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;
    }

    /// <summary>The rank in <c>__3_0.distcp</c>.</summary>
    private static int? RankOf(string file)
    {
        string[] parts = file.Split('_');
        return parts.Length > 2 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int rank)
            ? rank
            : null;
    }
}
