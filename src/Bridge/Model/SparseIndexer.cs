using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>The indexer of DeepSeek's sparse attention: it chooses the tokens that a layer, and those that share its choice, look at.</summary>
internal static class SparseIndexer
{
    private const string Module = "self_attention.core_attention.indexer";

    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        long hidden = provider.HiddenSize;
        long heads = Required(provider.DsaIndexerNHeads, "dsa_indexer_n_heads");
        long headSize = Required(provider.DsaIndexerHeadDim, "dsa_indexer_head_dim");
        long queryRank = Required(provider.QLoraRank, "q_lora_rank");

        scope.Linear($"{Module}.linear_wq_b", [heads * headSize, queryRank], Cut.Replicated);
        scope.Linear($"{Module}.linear_wk", [headSize, hidden], Cut.Replicated);

        // A LayerNorm whatever the norms of the model.
        scope.Parameter($"{Module}.k_norm.weight", [headSize], Cut.Replicated);
        scope.Parameter($"{Module}.k_norm.bias", [headSize], Cut.Replicated);
        scope.Module($"{Module}.k_norm");
        scope.Linear($"{Module}.linear_weights_proj", [heads, hidden], Cut.Replicated);
    }

    private static int Required(int? value, string field) =>
        value ?? throw new InvalidConfigException($"{field} is not set, and sparse attention needs it.");
}
