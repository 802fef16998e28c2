using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Flops;

/// <summary>Multi-latent attention, over all tokens or over those that an indexer chooses. Its two inner norms count, as upstream counts them.</summary>
internal static class LatentAttentionFlops
{
    /// <summary>Adds a layer; a sparse one with <paramref name="hasIndexer"/> chooses, others take the choice of one before.</summary>
    public static void AddTo(FlopsLedger ledger, ModelProvider provider, bool hasIndexer)
    {
        bool isSparse = provider.ExperimentalAttentionVariant == "dsa";
        BlockTally block = ledger.Layer(isSparse ? "sparse attention" : "latent attention");
        decimal heads = provider.NumAttentionHeads;
        decimal keySize = (decimal)provider.Size("qk_head_dim") + Rope(provider);
        decimal valueSize = provider.Size("v_head_dim");
        decimal rank = provider.Size("kv_lora_rank");
        AddProjections(ledger, block, provider);
        if (isSparse)
        {
            decimal chosen = ledger.Batch.ChosenPairs(provider.Size("dsa_indexer_topk"));
            block.Values(2 * chosen * heads * (rank + Rope(provider) + rank)); // up-projections are absorbed
            if (hasIndexer)
            {
                AddIndexer(ledger, provider, chosen);
            }
        }
        else
        {
            block.Values(2 * ledger.Batch.Pairs() * heads * (keySize + valueSize));
        }
    }

    private static void AddProjections(FlopsLedger ledger, BlockTally block, ModelProvider provider)
    {
        decimal tokens = ledger.Tokens;
        decimal hidden = provider.HiddenSize;
        decimal heads = provider.NumAttentionHeads;
        decimal valueSize = provider.Size("v_head_dim");
        decimal rank = provider.Size("kv_lora_rank");
        decimal queries = heads * (provider.Size("qk_head_dim") + Rope(provider));
        if (provider["q_lora_rank"].IsNull)
        {
            block.Weights("linear_q_proj", hidden, queries, tokens);
        }
        else
        {
            decimal queryRank = provider.Size("q_lora_rank");
            block.Weights("linear_q_down_proj", hidden, queryRank, tokens);
            block.Weights("q_layernorm", 1, queryRank, tokens);
            block.Weights("linear_q_up_proj", queryRank, queries, tokens);
        }

        block.Weights("linear_kv_down_proj", hidden, rank + Rope(provider), tokens);
        block.Weights("kv_layernorm", 1, rank, tokens);
        block.Weights("linear_kv_up_proj", rank, heads * (provider.Size("qk_head_dim") + valueSize), tokens);
        block.Weights("linear_proj", heads * valueSize, hidden, tokens);
        if (provider.Has("kimi_kda_layers") && !ledger.Imitates(UpstreamSlips.Gates))
        {
            block.Weights("g_proj", hidden, heads * valueSize, tokens);
        }
    }

    // The indexer is cut off from the model and learns, if at all, from a loss of its own: what the model looks at.
    private static void AddIndexer(FlopsLedger ledger, ModelProvider provider, decimal chosen)
    {
        decimal tokens = ledger.Tokens;
        decimal hidden = provider.HiddenSize;
        decimal heads = provider.Size("dsa_indexer_n_heads");
        decimal headSize = provider.Size("dsa_indexer_head_dim");
        decimal input = provider["q_lora_rank"].IsNull ? hidden : provider.Size("q_lora_rank");
        bool isTrained =
            provider["dsa_indexer_loss_coeff"]
            is ConfigValue.Number { Value: > 0 }
                or ConfigValue.Integer { Value.Sign: > 0 };
        int passes = isTrained ? 2 : 1;
        BlockTally block = ledger.Layer("indexer");
        block.Weights("linear_wq_b", input, heads * headSize, tokens, passes);
        block.Weights("linear_wk", hidden, headSize, tokens, passes);
        block.Weights("linear_weights_proj", hidden, heads, tokens, passes);

        decimal seen = ledger.Batch.ChosenPairs(long.MaxValue);
        decimal learned = provider["dsa_indexer_use_sparse_loss"] == true ? chosen : seen;
        decimal scores = 2 * heads * (headSize + 1);
        decimal teacher = 2 * (decimal)provider.NumAttentionHeads * (provider.Size("kv_lora_rank") + Rope(provider));
        block.Add(scores * seen, (scores * seen) + (isTrained ? ((2 * scores) + teacher) * learned : 0));
    }

    private static decimal Rope(ModelProvider provider) => provider.QkPosEmbHeadDim;
}
