using MegatronBridge.Config;
using MegatronBridge.Cpu.Blocks;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;
using MegatronBridge.Model;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu;

/// <summary>What a rank has of the pipeline: some layers, perhaps the embedding before them and the head behind them.</summary>
internal sealed class Stage : IDisposable
{
    private readonly RankWeights _weights;

    private Stage(
        RankWeights weights,
        EmbeddingTable? embedding,
        PerLayerEmbedding? perLayer,
        IReadOnlyList<Layer> layers,
        Head? head
    )
    {
        _weights = weights;
        Embedding = embedding;
        PerLayer = perLayer;
        Layers = layers;
        Head = head;
    }

    /// <summary>The embedding, on the first stage.</summary>
    public EmbeddingTable? Embedding { get; }

    /// <summary>The embeddings for each layer, on the first stage of a model that has them.</summary>
    public PerLayerEmbedding? PerLayer { get; }

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The head, on the last stage.</summary>
    public Head? Head { get; }

    /// <summary>Builds the stage from the rank's weights.</summary>
    public static Stage Build(
        ModelProvider provider,
        ParallelState parallel,
        RankWeights weights,
        bool isFirst,
        bool isLast
    )
    {
        try
        {
            WeightScope scope = new(weights, "", provider, parallel);
            EmbeddingTable? embedding = isFirst ? new(scope) : null;
            PerLayerEmbedding? perLayer = isFirst && scope.Has("per_layer_embedding.weight") ? new(scope) : null;
            List<Layer> layers =
            [
                .. weights.Layers.Select(layer => LayerPlan.Of(LayerScope(scope, layer.Local, layer.Global))),
            ];
            Head? head = isLast ? new(scope, embedding) : null;
            RequireAllUsed(weights);
            return new(weights, embedding, perLayer, layers, head);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private static WeightScope LayerScope(WeightScope scope, int local, int global)
    {
        WeightScope own = scope.Inside($"decoder.layers.{local}.") with { Layer = global };
        return own with { Provider = scope.Weights.ProviderOf(own.Prefix) ?? scope.Provider };
    }

    // A weight that nothing reads would make other logits, silently.
    private static void RequireAllUsed(RankWeights weights)
    {
        string[] unused = [.. weights.Unused.Where(name => !IsBesideTheDecoder(name[weights.Prefix.Length..]))];
        if (unused.Length > 0)
        {
            throw new UnsupportedModelException(
                $"The forward pass does not know what to do with {unused.Length} parameters of the model: "
                    + $"{string.Join(", ", unused.Take(3))}{(unused.Length > 3 ? ", …" : "")}."
            );
        }
    }

    // Predictions of later tokens, towers whose names have no prefix, copies of the embedding for either.
    private static bool IsBesideTheDecoder(string name) =>
        name.Contains(".vision_moe_layer.", StringComparison.Ordinal)
        || !name.StartsWith("decoder.", StringComparison.Ordinal)
            && !name.StartsWith("output_layer.", StringComparison.Ordinal);
}
