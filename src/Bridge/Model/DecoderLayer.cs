using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>One decoder layer: attention, then a dense or a mixture-of-experts MLP.</summary>
internal static class DecoderLayer
{
    /// <summary>
    /// Adds the layer. One for multi-token prediction is built like the decoder layer <paramref name="layer"/>, but counts on
    /// its own.
    /// </summary>
    public static void AddTo(TableScope scope, ModelProvider model, int layer, int? predicting = null)
    {
        int counted = predicting is { } behind ? model.NumLayers + behind : layer;
        ModelProvider provider = model.OfLayer(counted);
        LayerSpec spec = LayerSpec.Of(model);
        scope = scope with { LayerProvider = provider == model ? null : provider, IsLocal = spec.IsLocal };
        if (spec.AddLayer is { } addLayer)
        {
            addLayer(scope, provider, layer);
            return;
        }

        if (spec.HasSharedNorm)
        {
            Norm.AddTo(scope, "input_layernorm", provider.HiddenSize, provider);
        }

        if (provider.ExperimentalAttentionVariant == "dsv4_hybrid")
        {
            CompressedAttention.AddTo(scope, provider, provider.CompressRatio(counted));
        }
        else if (provider.MultiLatentAttention)
        {
            LatentAttention.AddTo(scope, provider, predicting ?? layer);
        }
        else if (provider.IsLinearAttentionLayer(layer))
        {
            GatedDeltaNet.AddTo(scope, provider);
        }
        else
        {
            SelfAttention.AddTo(scope.Inside("self_attention."), provider);
        }

        bool isDense = predicting is not null && spec.HasDensePrediction;
        if (provider.IsMoeLayer(layer) && spec.HasTwoPools)
        {
            ErnieVlExperts.AddTo(scope, provider);
        }
        else if (provider.IsMoeLayer(layer) && !isDense)
        {
            MixtureOfExperts.AddTo(scope, provider, isHashed: predicting is null && provider.IsHashLayer(layer));
        }
        else
        {
            DenseMlp.AddTo(scope, provider);
        }

        if (provider.HasHyperConnections)
        {
            HyperConnections.AddTo(scope, "self_attention_hyper_connection", provider);
            HyperConnections.AddTo(scope, "mlp_hyper_connection", provider);
        }
    }
}
