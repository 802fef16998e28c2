using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>The language model: all there is, or what stands behind the towers of a model that sees or hears.</summary>
internal static class LanguageModel
{
    /// <summary>The language model as a part under a prefix: <c>language_model.</c></summary>
    public static ModelPart In(string prefix) => (scope, provider) => AddTo(scope.Inside(prefix), provider);

    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        if (provider.Has("hybrid_layer_pattern"))
        {
            HybridModel.AddTo(scope, provider);
        }
        else
        {
            AddDecoder(scope, provider);
        }
    }

    private static void AddDecoder(TableScope first, ModelProvider provider)
    {
        PipelineSplit pipeline = new(provider);
        TableScope last = first.On(pipeline.LossStage);
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
            TableScope scope = provider.HasStackedLayers
                ? first.Stacked("decoder.layers.", layer, provider.NumLayers)
                : first.Inside($"decoder.layers.{layer}.");
            DecoderLayer.AddTo(scope.On(pipeline.StageOf(layer)) with { Layer = layer }, provider, layer);
        }

        Norm.AddTo(last, "decoder.final_layernorm", provider.HiddenSize, provider);
        HyperConnections.AddHead(last, "decoder.", provider);
        MultiTokenPrediction.AddTo(first.On(pipeline.MtpStage), provider);
        if (provider.Has("num_labels"))
        {
            AddClassifier(last, provider);
        }
        else if (!provider.ShareEmbeddingsAndOutputWeights)
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
    }

    /// <summary>A score for each label in the place of the head, on every tensor parallel rank.</summary>
    private static void AddClassifier(TableScope last, ModelProvider provider)
    {
        long labels =
            provider["num_labels"] is ConfigValue.Integer { Value: var count } && count >= 1 && count <= int.MaxValue
                ? (long)count
                : throw new InvalidConfigException(
                    $"num_labels must be a whole number of 1 or more, found {provider["num_labels"]}."
                );
        last.Parameter("output_layer.weight", [labels, provider.HiddenSize], Cut.Replicated);
        last.Parameter("output_layer.bias", [labels], Cut.Replicated);
    }
}
