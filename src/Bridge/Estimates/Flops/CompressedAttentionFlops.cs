using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Flops;

/// <summary>The attention of DeepSeek V4: a window, and compressed tokens behind it, all of them or those that an indexer chooses.</summary>
internal static class CompressedAttentionFlops
{
    private const int ChosenRatio = 4;
    private const int DenseRatio = 128;

    /// <summary>Refuses a list of ratios that is not as it must be.</summary>
    /// <exception cref="InvalidConfigException">It is of another length than the layers, or has other ratios than 0, 4 and 128.</exception>
    public static void Check(ModelProvider provider)
    {
        if (provider.ExperimentalAttentionVariant != "dsv4_hybrid")
        {
            return;
        }

        int layers = provider.NumLayers + (provider.MtpNumLayers ?? 0);
        if (provider["csa_compress_ratios"] is not ConfigValue.List { Items: var ratios } || ratios.Count != layers)
        {
            throw new InvalidConfigException(
                $"csa_compress_ratios must have a ratio for each of the {layers} layers, found {provider["csa_compress_ratios"]}."
            );
        }

        ConfigValue[] others = [.. ratios.Where(ratio => ratio != 0L && ratio != 4L && ratio != 128L)];
        if (others.Length > 0)
        {
            throw new InvalidConfigException(
                $"csa_compress_ratios has {string.Join(", ", others.Distinct())}; known are 0, {ChosenRatio} and {DenseRatio}."
            );
        }
    }

    /// <summary>Adds a layer that compresses so many tokens into one; 0 for none.</summary>
    public static void AddTo(FlopsLedger ledger, ModelProvider provider, int ratio)
    {
        decimal tokens = ledger.Tokens;
        decimal hidden = provider.HiddenSize;
        decimal heads = provider.NumAttentionHeads;
        decimal headSize = provider.Size("v_head_dim");
        decimal queryRank = provider.Size("q_lora_rank");
        decimal downRank = provider.Size("o_lora_rank");
        BlockTally block = ledger.Layer("compressed attention");
        block.Weights("linear_q_down_proj", hidden, queryRank, tokens);
        block.Weights("q_layernorm", 1, queryRank, tokens);
        block.Weights("linear_q_up_proj", queryRank, heads * headSize, tokens);
        block.Weights("linear_kv_proj", hidden, headSize, tokens);
        block.Weights("kv_layernorm", 1, headSize, tokens);
        block.Weights("linear_o_group_proj", heads * headSize, downRank, tokens);
        block.Weights("linear_proj", provider.Size("o_groups") * downRank, hidden, tokens);

        long window = provider.Size("csa_window_size");
        decimal near = ledger.Imitates(UpstreamSlips.ShortWindows) ? tokens * window : ledger.Batch.ChosenPairs(window);
        block.Values(4 * heads * headSize * (near + Compressed(ledger, provider, ratio)));
        if (ratio > 0)
        {
            decimal width = ratio == ChosenRatio ? 2 * headSize : headSize;
            block.Weights("compressor", hidden, 2 * width, tokens); // values and gates
        }

        if (ratio == ChosenRatio && !provider.CsaDenseMode)
        {
            AddIndexer(ledger, provider, queryRank);
        }
    }

    /// <summary>Pairs of a query and a compressed token.</summary>
    private static decimal Compressed(FlopsLedger ledger, ModelProvider provider, int ratio)
    {
        long? most = ratio == ChosenRatio && !provider.CsaDenseMode ? provider.Size("dsa_indexer_topk") : null;
        return ratio switch
        {
            0 => 0,
            ChosenRatio => ledger.Batch.Sum(length =>
            {
                decimal chosen = Math.Min(most ?? decimal.MaxValue, decimal.Floor(length / ratio));
                return chosen * (length - (chosen * ratio / 2)); // a query has a compressed token for every 4 before it
            }),
            _ => ledger.Batch.Sum(length => length * length / 2 / ratio),
        };
    }

    private static void AddIndexer(FlopsLedger ledger, ModelProvider provider, decimal queryRank)
    {
        decimal heads = provider.Size("dsa_indexer_n_heads");
        decimal headSize = provider.Size("dsa_indexer_head_dim");
        decimal hidden = provider.HiddenSize;
        BlockTally block = ledger.Layer("indexer");
        block.Weights("compressor", hidden, 2 * 2 * headSize, ledger.Tokens);
        block.Weights("linear_wq_b", queryRank, heads * headSize, ledger.Tokens);
        block.Weights("linear_weights_proj", hidden, heads, ledger.Tokens);
        block.Values(2 * heads * headSize * ledger.Batch.Sum(length => length * length / ChosenRatio));
    }
}
