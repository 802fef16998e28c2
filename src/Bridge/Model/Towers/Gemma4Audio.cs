using MegatronBridge.Config;

namespace MegatronBridge.Model.Towers;

/// <summary>The tower that hears in Gemma 4, a conformer: convolutions over the spectrogram, then layers of attention and a light convolution between two MLPs.</summary>
internal static class Gemma4Audio
{
    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long headSize = width / tower.Size("num_attention_heads");
        (long first, long second) = Channels(tower.Config);

        CopiedModule sampling = tower.Inside("subsample_conv_projection.");
        sampling.Convolution("layer0.conv", 1, first, [3, 3], hasBias: false);
        sampling.RmsNorm("layer0.norm", first);
        sampling.Convolution("layer1.conv", first, second, [3, 3], hasBias: false);
        sampling.RmsNorm("layer1.norm", second);
        sampling.Linear("input_proj_linear", first / 4 * second, width, hasBias: false);
        foreach (CopiedModule layer in tower.Layers("layers", "num_hidden_layers"))
        {
            ListMlp(layer.Inside("feed_forward1."), width);
            ListMlp(layer.Inside("feed_forward2."), width);
            layer.Parameter("self_attn.per_dim_scale", headSize);
            Gemma4Vision.Bounded(layer, "self_attn.q_proj", width, width);
            Gemma4Vision.Bounded(layer, "self_attn.k_proj", width, width);
            Gemma4Vision.Bounded(layer, "self_attn.v_proj", width, width);
            Gemma4Vision.Bounded(layer, "self_attn.post", width, width);
            layer.Linear("self_attn.relative_k_proj", width, width, hasBias: false);
            Gemma4Vision.Bounded(layer, "lconv1d.linear_start", width, 2 * width);
            Gemma4Vision.Bounded(layer, "lconv1d.linear_end", width, width);
            layer.Convolution("lconv1d.depthwise_conv1d", 1, width, [layer.Size("conv_kernel_size")], hasBias: false);
            layer.RmsNorm("lconv1d.pre_layer_norm", width);
            layer.RmsNorm("lconv1d.conv_norm", width);
            layer.RmsNorm("norm_pre_attn", width);
            layer.RmsNorm("norm_post_attn", width);
            layer.RmsNorm("norm_out", width);
        }

        tower.Linear("output_proj", width, tower.Size("output_proj_dims"));
    }

    private static void ListMlp(CopiedModule mlp, long width)
    {
        Gemma4Vision.Bounded(mlp, "ffw_layer_1", width, 4 * width);
        Gemma4Vision.Bounded(mlp, "ffw_layer_2", 4 * width, width);
        mlp.RmsNorm("pre_layer_norm", width);
        mlp.RmsNorm("post_layer_norm", width);
    }

    private static (long First, long Second) Channels(HfConfig config) =>
        config.Integers("subsampling_conv_channels") is [> 0 and var first, > 0 and var second]
            ? (first, second)
            : throw config.Wrong("subsampling_conv_channels", "two whole numbers of 1 or more");
}
