using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>
/// A stack of layers of several kinds, one letter of a pattern each: what a GPT layer has in one place - attention, MLP - are layers of
/// their own here, beside state-space ones. Layers have keys of their own.
/// </summary>
internal static class HybridModel
{
    public static void AddTo(TableScope first, ModelProvider provider)
    {
        HybridPattern pattern = HybridPattern.Of(provider);
        Shape vocabulary = [provider.PaddedVocabSize, provider.HiddenSize];
        PipelineSplit pipeline = new(provider);
        TableScope last = first.On(pipeline.LossStage);

        first.Parameter("embedding.word_embeddings.weight", vocabulary, Cut.Rows);
        for (int layer = 0; layer < pattern.Layers.Length; layer++)
        {
            TableScope scope = first.Inside($"decoder.layers.{layer}.").On(pipeline.StageOf(layer)) with
            {
                Layer = layer,
            };
            AddLayer(scope, provider, pattern.Layers[layer]);
        }

        Norm.AddTo(last, "decoder.final_norm", provider.HiddenSize, provider);
        AddPrediction(last, provider, pattern.Prediction);
        if (!provider.ShareEmbeddingsAndOutputWeights)
        {
            last.Parameter("output_layer.weight", vocabulary, Cut.Rows);
        }

        last.Module("output_layer", isNone: true);
    }

    private static void AddLayer(TableScope scope, ModelProvider provider, char kind)
    {
        switch (kind)
        {
            case HybridPattern.Mamba:
                MambaMixer.Of(provider).AddTo(scope, "mixer", provider);
                break;
            case HybridPattern.Attention:
                SelfAttention.AddTo(scope.Inside("self_attention."), provider);
                break;
            case HybridPattern.Mlp:
                DenseMlp.AddTo(scope, provider);
                break;
            case HybridPattern.Experts:
                MixtureOfExperts.AddTo(scope, provider);
                break;
            case HybridPattern.DeltaNet:
                GatedDeltaNet.AddTo(scope, provider);
                break;
            default:
                throw new UnsupportedModelException(
                    $"hybrid_layer_pattern has layers of kind '{kind}'; known are {HybridPattern.Known}."
                );
        }
    }

    private static void AddPrediction(TableScope scope, ModelProvider provider, string pattern)
    {
        int depths = pattern.Length == 0 ? 0 : provider.MtpNumLayers ?? 0;
        for (int depth = 0; depth < (provider.MtpUseRepeatedLayer ? Math.Min(1, depths) : depths); depth++)
        {
            TableScope own = scope.Inside($"mtp.layers.{depth}.");
            Norm.AddTo(own, "enorm", provider.HiddenSize, provider);
            Norm.AddTo(own, "hnorm", provider.HiddenSize, provider);
            own.Linear("eh_proj", [provider.HiddenSize, 2L * provider.HiddenSize], Cut.Rows);
            for (int layer = 0; layer < pattern.Length; layer++)
            {
                AddLayer(own.Inside($"mtp_model_layer.layers.{layer}."), provider, pattern[layer]);
            }

            Norm.AddTo(own, "final_layernorm", provider.HiddenSize, provider);
        }
    }
}
