namespace MegatronBridge.Model.Towers;

/// <summary>
/// The encoder of Whisper, which hears in Qwen2-Audio and, somewhat changed, in its successors: convolutions over the spectrogram, layers
/// with norms before attention and MLP.
/// </summary>
internal static class WhisperEncoder
{
    /// <summary>As in Whisper and Qwen2-Audio: learned positions.</summary>
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("d_model");
        ListConvolutions(tower);
        tower.Embedding("embed_positions", tower.Size("max_source_positions"), width);
        ListLayers(tower, hasKeyBias: false);
        tower.LayerNorm("layer_norm", width);
    }

    /// <summary>As in Qwen2.5-Omni: vectors for the beginning and the end, a projection.</summary>
    public static void ListOmni25(CopiedModule tower)
    {
        long width = tower.Size("d_model");
        long output = tower.Size("output_dim");
        ListConvolutions(tower);
        tower.Embedding("audio_bos_eos_token", 2, output);
        ListLayers(tower, hasKeyBias: false);
        tower.LayerNorm("ln_post", width);
        tower.Linear("proj", width, output);
    }

    /// <summary>As in Qwen3-Omni and Qwen3-ASR: convolutions over time and frequency, which halve both three times, two projections.</summary>
    public static void ListOmni3(CopiedModule tower)
    {
        long width = tower.Size("d_model");
        long channels = tower.Size("downsample_hidden_size");
        long bins = Half(Half(Half(tower.Size("num_mel_bins"))));
        ListLayers(tower, hasKeyBias: true);
        tower.LayerNorm("ln_post", width);
        tower.Convolution("conv2d1", 1, channels, [3, 3]);
        tower.Convolution("conv2d2", channels, channels, [3, 3]);
        tower.Convolution("conv2d3", channels, channels, [3, 3]);
        tower.Linear("conv_out", channels * bins, width, hasBias: false);
        tower.Linear("proj1", width, width);
        tower.Linear("proj2", width, tower.Size("output_dim"));

        static long Half(long size) => (size + 1) / 2;
    }

    private static void ListConvolutions(CopiedModule tower)
    {
        long width = tower.Size("d_model");
        tower.Convolution("conv1", tower.Size("num_mel_bins"), width, [3]);
        tower.Convolution("conv2", width, width, [3]);
    }

    private static void ListLayers(CopiedModule tower, bool hasKeyBias)
    {
        long width = tower.Size("d_model");
        long inner = tower.Size("encoder_ffn_dim");
        foreach (CopiedModule layer in tower.Layers("layers", "encoder_layers"))
        {
            layer.Linear("self_attn.k_proj", width, width, hasKeyBias);
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
