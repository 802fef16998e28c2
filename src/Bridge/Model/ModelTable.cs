using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>
/// Every parameter and object of a Megatron model, from its config alone, in the order of its modules. The mapping says
/// how each is made; the two must agree before a byte moves.
/// </summary>
public sealed class ModelTable
{
    private readonly List<ModelEntry> _entries = [];

    private ModelTable() { }

    /// <summary>All parameters and objects.</summary>
    public IReadOnlyList<ModelEntry> Entries => _entries;

    /// <summary>All parameters.</summary>
    public IEnumerable<ModelParameter> Parameters => _entries.OfType<ModelParameter>();

    /// <summary>All objects.</summary>
    public IEnumerable<ModelObject> Objects => _entries.OfType<ModelObject>();

    /// <summary>Lists the parameters of a model.</summary>
    /// <exception cref="LayoutException">The layers do not divide over the pipeline.</exception>
    /// <exception cref="UnsupportedModelException">A part of the model is of a kind that is not known.</exception>
    public static ModelTable Build(ModelProvider provider)
    {
        ModelTable table = new();
        if (provider.Has("hybrid_layer_pattern"))
        {
            HybridModel.AddTo(table, provider);
            return table;
        }

        if (provider.Has("falconh1_stack_spec"))
        {
            FalconH1Model.AddTo(table, provider);
            return table;
        }

        PipelineSplit pipeline = new(provider);
        TableScope first = new(table);
        TableScope last = first with { Stage = provider.PipelineModelParallelSize - 1 };
        Shape vocabulary = [provider.PaddedVocabSize, provider.HiddenSize];

        first.Parameter("embedding.word_embeddings.weight", vocabulary, Cut.Rows);
        if (provider.PositionEmbeddingType == "learned_absolute")
        {
            first.Parameter(
                "embedding.position_embeddings.weight",
                [provider.SeqLength, provider.HiddenSize],
                Cut.Replicated
            );
        }

        for (int layer = 0; layer < provider.NumLayers; layer++)
        {
            DecoderLayer.AddTo(
                DecoderScope(first, provider, layer) with
                {
                    Stage = pipeline.StageOf(layer).Pp,
                },
                provider,
                layer
            );
        }

        Norm.AddTo(last, "decoder.final_layernorm", provider.HiddenSize, provider);
        MultiTokenPrediction.AddTo(first with { Stage = pipeline.MtpRank }, provider);
        if (!provider.ShareEmbeddingsAndOutputWeights)
        {
            last.Parameter("output_layer.weight", vocabulary, Cut.Rows);
        }

        if (provider.AddOutputLayerBias)
        {
            last.Parameter("output_layer.bias", [provider.PaddedVocabSize], Cut.Rows);
        }

        if (provider.IsGemma4Dense)
        {
            Gemma4Layer.AddEmbeddings(first, provider);
        }

        return table;
    }

    internal void Add(ModelEntry entry) => _entries.Add(entry);

    /// <summary>Equal layers share one tensor in the checkpoint; layers that may differ have keys of their own.</summary>
    private static TableScope DecoderScope(TableScope scope, ModelProvider provider, int layer)
    {
        string numbered = $"decoder.layers.{layer}.";
        return provider.HasStackedLayers
            ? scope with
            {
                NamePrefix = numbered,
                KeyPrefix = "decoder.layers.",
                Axes = [new(layer, provider.NumLayers)],
            }
            : scope with
            {
                NamePrefix = numbered,
                KeyPrefix = numbered,
            };
    }
}
