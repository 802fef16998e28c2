using MegatronBridge.Config;
using MegatronBridge.Cpu.Blocks;

namespace MegatronBridge.Cpu;

/// <summary>How many tokens go through the layers at a time, so that what is in memory between them does not grow with the prompt.</summary>
internal static class PassLength
{
    private const long Bytes = 24 << 20;
    private const int Step = 64;
    private const int Least = 256; // weights are read once for each pass
    private const int Most = 2048;

    /// <summary>That of a model, as a rank of it needs the memory: all tokens where they see what comes behind them.</summary>
    public static int Of(ModelProvider provider)
    {
        if (ClassBehaviour.Of(provider).IsBidirectional)
        {
            return int.MaxValue;
        }

        long tp = provider.TensorModelParallelSize;
        long heads =
            (long)provider.NumAttentionHeads
            * (provider.MultiLatentAttention ? LatentChannels(provider) : 5 * provider.KvChannels);
        long numbers =
            ((4L + ResidualStreams.Count(provider)) * provider.HiddenSize)
            + (Math.Max(heads, 3L * provider.FfnHiddenSize) / tp);
        long tokens = Bytes / sizeof(float) / Math.Max(1, numbers);
        return (int)Math.Clamp(tokens / Step * Step, Least, Most);
    }

    // Of each head its query and its result; LatentHeads bounds what keys and values take.
    private static long LatentChannels(ModelProvider provider) =>
        (long)provider.QkHeadDim + provider.QkPosEmbHeadDim + provider.VHeadDim;
}
