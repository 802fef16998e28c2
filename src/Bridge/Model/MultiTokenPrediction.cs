using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>
/// Layers behind the decoder that predict tokens further ahead: each joins the decoder's output with the embedding of a
/// later token and goes through a layer like the decoder's last. They sit on the last pipeline stage and are never stacked.
/// </summary>
internal static class MultiTokenPrediction
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        int layers = provider.MtpUseRepeatedLayer
            ? Math.Min(1, provider.MtpNumLayers ?? 0)
            : provider.MtpNumLayers ?? 0;
        for (int layer = 0; layer < layers; layer++)
        {
            TableScope own = scope.Inside($"mtp.layers.{layer}.");
            TableScope inner = own with
            {
                NamePrefix = own.NamePrefix + "mtp_model_layer.",
                KeyPrefix = own.KeyPrefix + "transformer_layer.", // as it was called when the first checkpoints were written
            };
            HyperConnections.AddHead(own, "", provider);
            Norm.AddTo(own, "enorm", provider.HiddenSize, provider);
            Norm.AddTo(own, "hnorm", provider.HiddenSize, provider);
            AddJoin(own, provider);
            DecoderLayer.AddTo(inner, provider, provider.NumLayers - 1, predicting: layer);
            Norm.AddTo(own, "final_layernorm", provider.HiddenSize, provider);
        }
    }

    // With several residual streams the embedding is added to each.
    private static void AddJoin(TableScope scope, ModelProvider provider)
    {
        long hidden = provider.HiddenSize;
        if (provider.HasHyperConnections)
        {
            scope.Linear("e_proj", [hidden, hidden], Cut.Rows);
            scope.Linear("h_proj", [hidden, hidden], Cut.Rows);
        }
        else
        {
            scope.Linear("eh_proj", [hidden, 2 * hidden], Cut.Rows);
        }
    }
}
