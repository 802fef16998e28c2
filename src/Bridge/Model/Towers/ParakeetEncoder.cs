using System.Numerics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model.Towers;

/// <summary>
/// The encoder of Parakeet, which hears in Nemotron Omni: convolutions that halve the spectrogram, then Conformer layers. The running
/// averages of its norms are kept too.
/// </summary>
internal static class ParakeetEncoder
{
    private const long Channels = 256; // upstream makes it with the default, whatever the config says

    public static void List(CopiedModule tower)
    {
        long width = tower.Size("hidden_size");
        long factor = tower.Size("subsampling_factor");
        if (!BitOperations.IsPow2(factor) || factor < 2)
        {
            throw tower.Config.Wrong("subsampling_factor", "a power of two, 2 or more");
        }

        tower.Convolution("subsampling.layers.0", 1, Channels, [3, 3]);
        int halvings = BitOperations.Log2((ulong)factor);
        for (int halving = 1; halving < halvings; halving++)
        {
            // Each is one for every channel, one across them, and an activation.
            tower.Convolution($"subsampling.layers.{(3 * halving) - 1}", 1, Channels, [3, 3]);
            tower.Convolution($"subsampling.layers.{3 * halving}", Channels, Channels, [1, 1]);
        }

        tower.Linear("subsampling.linear", Channels * (tower.Size("num_mel_bins") / factor), width);
        foreach (CopiedModule layer in tower.Layers("layers", "num_hidden_layers"))
        {
            ListLayer(layer, width);
        }
    }

    private static void ListLayer(CopiedModule layer, long width)
    {
        long heads = layer.Size("num_attention_heads");
        if (width % heads != 0)
        {
            throw layer.Config.Wrong("num_attention_heads", $"a divisor of hidden_size ({width})");
        }

        bool hasBias = layer.Config.FlagOr("convolution_bias", false);
        long kernel = layer.Config.IsSet("conv_kernel_size") ? layer.Size("conv_kernel_size") : 9;
        ListFeedForward(layer, "feed_forward1", width);
        layer.Parameter("self_attn.bias_u", heads, width / heads);
        layer.Parameter("self_attn.bias_v", heads, width / heads);
        foreach (string projection in (string[])["q_proj", "k_proj", "v_proj", "o_proj"])
        {
            layer.Linear($"self_attn.{projection}", width, width, hasBias);
        }

        layer.Linear("self_attn.relative_k_proj", width, width, hasBias: false);
        layer.Convolution("conv.pointwise_conv1", width, 2 * width, [1], hasBias);
        layer.Convolution("conv.depthwise_conv", 1, width, [kernel], hasBias);
        layer.LayerNorm("conv.norm", width);
        layer.Parameter("conv.norm.running_mean", width);
        layer.Parameter("conv.norm.running_var", width);
        layer.Scope.Parameter("conv.norm.num_batches_tracked", Shape.Scalar, Cut.Replicated, DType.I64);
        layer.Convolution("conv.pointwise_conv2", width, width, [1], hasBias);
        ListFeedForward(layer, "feed_forward2", width);
        foreach (
            string norm in (string[])
                ["norm_feed_forward1", "norm_self_att", "norm_conv", "norm_feed_forward2", "norm_out"]
        )
        {
            layer.LayerNorm(norm, width);
        }
    }

    private static void ListFeedForward(CopiedModule layer, string name, long width)
    {
        bool hasBias = layer.Config.FlagOr("convolution_bias", false);
        long inner = layer.Size("intermediate_size");
        layer.Linear($"{name}.linear1", width, inner, hasBias);
        layer.Linear($"{name}.linear2", inner, width, hasBias);
    }
}
