namespace MegatronBridge.Model.Towers;

/// <summary>The encoder of Whisper, which hears in Qwen2-Audio: two convolutions over the spectrogram, learned positions, layers with norms before attention and MLP.</summary>
internal static class WhisperEncoder
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("d_model");
        tower.Convolution("conv1", tower.Size("num_mel_bins"), width, [3]);
        tower.Convolution("conv2", width, width, [3]);
        tower.Embedding("embed_positions", tower.Size("max_source_positions"), width);
        ListLayers(tower);
        tower.LayerNorm("layer_norm", width);
    }

    /// <summary>Adds the layers.</summary>
    public static void ListLayers(CopiedModule tower)
    {
        long width = tower.Size("d_model");
        long inner = tower.Size("encoder_ffn_dim");
        foreach (CopiedModule layer in tower.Layers("layers", "encoder_layers"))
        {
            layer.Linear("self_attn.k_proj", width, width, hasBias: false);
            layer.Linear("self_attn.v_proj", width, width);
            layer.Linear("self_attn.q_proj", width, width);
            layer.Linear("self_attn.out_proj", width, width);
            layer.LayerNorm("self_attn_layer_norm", width);
            layer.Linear("fc1", width, inner);
            layer.Linear("fc2", inner, width);
            layer.LayerNorm("final_layer_norm", width);
        }
    }
}
