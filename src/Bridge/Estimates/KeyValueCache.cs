using MegatronBridge.Config;
using MegatronBridge.Estimates.Blocks;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates;

/// <summary>What generating text keeps of the tokens before: keys and values, compressed ones, or the states of linear attention.</summary>
public static class KeyValueCache
{
    /// <summary>Bytes on each rank of each pipeline stage, for so many sequences of so many tokens.</summary>
    /// <param name="provider">The model, completed for the layout.</param>
    /// <param name="batchSize">Sequences.</param>
    /// <param name="sequenceLength">Tokens of each.</param>
    /// <exception cref="LayoutException">The layers do not divide over the pipeline.</exception>
    public static IReadOnlyList<long> BytesOfStages(ModelProvider provider, int batchSize, int sequenceLength)
    {
        PipelineSplit split = new(provider);
        decimal[] bytes = new decimal[provider.PipelineModelParallelSize];
        foreach (ModelBlock block in ModelBlocks.Of(provider).Where(block => block.Layer < provider.NumLayers))
        {
            bytes[split.StageOf(block.Layer).Pp] += batchSize * OfBlock(block, provider, sequenceLength);
        }

        return [.. bytes.Select(stage => (long)decimal.Ceiling(stage))];
    }

    /// <summary>Bytes of a sequence in a block.</summary>
    private static decimal OfBlock(ModelBlock block, ModelProvider model, decimal length)
    {
        ModelProvider provider = block.Provider;
        int element = model.ParamsDtype.BitCount() / 8;
        decimal tp = model.TensorModelParallelSize;
        switch (block.Kind)
        {
            case BlockKind.Attention when provider.IsGemma4 && provider.TakesKeysOfOtherLayer:
                return 0;
            case BlockKind.Attention:
                decimal groups = Math.Max(provider.NumQueryGroups / tp, 1);
                decimal seen = Math.Min(block.Window ?? decimal.MaxValue, length);
                return groups * (provider.KvChannels + provider.ValueHeadSize) * seen * element;
            case BlockKind.LatentAttention:
                decimal indexed =
                    block.HasIndexer && provider.ExperimentalAttentionVariant == "dsa"
                        ? provider.DsaIndexerHeadDim ?? 0
                        : 0;
                return (provider.KvLoraRank + provider.QkPosEmbHeadDim + indexed) * length * element;
            case BlockKind.CompressedAttention:
                decimal near = Math.Min(provider.Size("csa_window_size"), length);
                decimal compressed = block.Ratio == 0 ? 0 : decimal.Floor(length / block.Ratio);
                return (near + compressed) * provider.VHeadDim * element;
            case BlockKind.DeltaNet:
                decimal keys = (decimal)provider.Size("linear_num_key_heads") * provider.Size("linear_key_head_dim");
                decimal values =
                    (decimal)provider.Size("linear_num_value_heads") * provider.Size("linear_value_head_dim");
                return OfState(
                    values * provider.Size("linear_key_head_dim"),
                    ((2 * keys) + values) * (provider.Size("linear_conv_kernel_dim") - 1)
                );
            case BlockKind.KimiDelta:
                decimal width = (decimal)provider.KimiLinearNumHeads * provider.KimiLinearHeadDim;
                return OfState(width * provider.KimiLinearHeadDim, 3 * width * (provider.KimiLinearConvKernelSize - 1));
            case BlockKind.Mamba:
                MambaMixer mixer = MambaMixer.Of(provider);
                decimal inner = (decimal)mixer.Heads * mixer.HeadSize;
                decimal convolved = inner + (2m * mixer.Groups * mixer.StateSize);
                return OfState(inner * mixer.StateSize, convolved * (mixer.Kernel - 1));
            default:
                return 0;
        }

        // The state is float32; of the convolution the tokens before are kept.
        decimal OfState(decimal state, decimal convolution) => ((state * sizeof(float)) + (convolution * element)) / tp;
    }
}
