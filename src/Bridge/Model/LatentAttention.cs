using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>
/// Multi-latent attention: keys and values, and mostly queries, are projected down, normed and projected up again. The
/// norms are fused into the projections up, unless sparse attention needs what comes out of them.
/// </summary>
internal static class LatentAttention
{
    public static void AddTo(TableScope scope, ModelProvider provider, int layer)
    {
        long hidden = provider.HiddenSize;
        long heads = provider.NumAttentionHeads;
        long queryRows = heads * (provider.QkHeadDim + provider.QkPosEmbHeadDim);
        bool isSparse = provider.ExperimentalAttentionVariant == "dsa";
        bool hasFusedNorms = provider.QkLayernorm && !isSparse;

        Norm.AddTo(scope, "input_layernorm", hidden, provider);
        if (isSparse && provider.HasSparseIndexer(layer))
        {
            SparseIndexer.AddTo(scope, provider);
        }

        scope.Linear(
            "self_attention.linear_proj",
            [hidden, heads * provider.VHeadDim],
            Cut.Columns,
            provider.AddBiasLinear
        );
        if (provider.QLoraRank is { } rank)
        {
            scope.Linear("self_attention.linear_q_down_proj", [rank, hidden], Cut.Replicated);
            AddUp("self_attention.linear_q_up_proj", queryRows, rank);
        }
        else
        {
            scope.Linear("self_attention.linear_q_proj", [queryRows, hidden], Cut.Rows);
        }

        scope.Linear(
            "self_attention.linear_kv_down_proj",
            [provider.KvLoraRank + provider.QkPosEmbHeadDim, hidden],
            Cut.Replicated
        );
        AddUp(
            "self_attention.linear_kv_up_proj",
            heads * (provider.QkHeadDim + provider.VHeadDim),
            provider.KvLoraRank
        );
        if (provider.QkLayernorm && isSparse)
        {
            if (provider.QLoraRank is { } size)
            {
                Norm.AddTo(scope, "self_attention.q_layernorm", size, provider);
            }

            Norm.AddTo(scope, "self_attention.kv_layernorm", provider.KvLoraRank, provider);
        }

        void AddUp(string module, long rows, long width)
        {
            if (hasFusedNorms)
            {
                Norm.AddFused(scope, module, width, provider);
            }

            scope.Linear(module, [rows, width], Cut.Rows);
        }
    }
}
