using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>Layers with a Mamba-2 mixer and attention side by side behind one norm, then an MLP. They have keys of their own.</summary>
internal static class FalconH1Model
{
    public static void AddTo(TableScope first, ModelProvider provider)
    {
        Shape vocabulary = [provider.PaddedVocabSize, provider.HiddenSize];
        PipelineSplit pipeline = new(provider);
        TableScope last = first.On(pipeline.LossStage);
        MambaMixer mixer = MambaMixer.Of(provider) with
        {
            Kernel = provider.Size("d_conv"),
            HasConvolutionBias = Has(provider, "conv_bias"),
            HasNorm = Has(provider, "rmsnorm"),
        };

        first.Parameter("embedding.word_embeddings.weight", vocabulary, Cut.Rows);
        for (int layer = 0; layer < provider.NumLayers; layer++)
        {
            TableScope scope = first.Inside($"decoder.layers.{layer}.").On(pipeline.StageOf(layer)) with
            {
                Layer = layer,
            };
            Norm.AddTo(scope, "norm", provider.HiddenSize, provider);
            if (Has(provider, "use_mamba"))
            {
                mixer.AddTo(scope, "mamba_mixer", provider, hasFusedNorm: false);
            }

            if (Has(provider, "use_attention"))
            {
                SelfAttention.AddTo(scope.Inside("self_attention."), provider);
            }

            if (Has(provider, "use_mlp"))
            {
                DenseMlp.AddTo(scope, provider);
            }
        }

        Norm.AddTo(last, "decoder.final_norm", provider.HiddenSize, provider);
        if (!provider.ShareEmbeddingsAndOutputWeights)
        {
            last.Parameter("output_layer.weight", vocabulary, Cut.Rows);
        }

        last.Module("output_layer", isNone: true);
    }

    private static bool Has(ModelProvider provider, string field) => provider[field] == true;
}
