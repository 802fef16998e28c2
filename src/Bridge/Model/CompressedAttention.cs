using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>
/// The attention of DeepSeek V4: one head of keys, which are the values too, a window, and behind it compressed tokens, of which an
/// indexer may choose some. The output goes down by groups of heads and up again.
/// </summary>
internal static class CompressedAttention
{
    private const string Core = "self_attention.core_attention";

    /// <summary>The ratio of layers that choose among the compressed tokens; their compressors work on two overlapping spans.</summary>
    private const int ChosenRatio = 4;

    public static void AddTo(TableScope scope, ModelProvider provider, int ratio)
    {
        long hidden = provider.HiddenSize;
        long headSize = provider.VHeadDim;
        long heads = provider.NumAttentionHeads;
        long queryRank = Required(provider.QLoraRank, "q_lora_rank");
        long downRows = (long)provider.OGroups * provider.OLoraRank;

        Norm.AddTo(scope, "input_layernorm", hidden, provider);
        scope.Parameter(
            "self_attention.linear_o_group_proj",
            [downRows, heads * headSize / provider.OGroups],
            Cut.Replicated
        );
        scope.Parameter($"{Core}.attn_sink", [heads], Cut.Rows, DType.F32);
        if (ratio > 1)
        {
            AddCompressor(scope, $"{Core}.compressor", provider, ratio, headSize);
        }

        if (ratio == ChosenRatio && !provider.CsaDenseMode)
        {
            long indexers = Required(provider.DsaIndexerNHeads, "dsa_indexer_n_heads");
            long indexSize = Required(provider.DsaIndexerHeadDim, "dsa_indexer_head_dim");
            scope.Linear($"{Core}.indexer.linear_wq_b", [indexers * indexSize, queryRank], Cut.Replicated);
            scope.Linear($"{Core}.indexer.linear_weights_proj", [indexers, hidden], Cut.Replicated);
            AddCompressor(scope, $"{Core}.indexer.compressor", provider, ratio, indexSize);
        }

        scope.Linear("self_attention.linear_proj", [hidden, downRows], Cut.Columns, provider.AddBiasLinear);
        scope.Linear("self_attention.linear_q_down_proj", [queryRank, hidden], Cut.Replicated);
        scope.Linear("self_attention.linear_q_up_proj", [heads * headSize, queryRank], Cut.Rows);
        scope.Linear("self_attention.linear_kv_proj", [headSize, hidden], Cut.Replicated);
        Norm.AddTo(scope, "self_attention.kv_layernorm", headSize, provider);
        Norm.AddTo(scope, "self_attention.q_layernorm", queryRank, provider);
    }

    private static void AddCompressor(TableScope scope, string module, ModelProvider provider, int ratio, long headSize)
    {
        long rows = ratio == ChosenRatio ? 2 * headSize : headSize;
        scope.Parameter($"{module}.ape", [ratio, rows], Cut.Replicated, DType.F32);
        scope.Linear($"{module}.linear_wkv", [rows, provider.HiddenSize], Cut.Replicated);
        scope.Linear($"{module}.linear_wgate", [rows, provider.HiddenSize], Cut.Replicated);
        Norm.AddTo(scope, $"{module}.norm", headSize, provider);
    }

    private static int Required(int? value, string field) =>
        value ?? throw new InvalidConfigException($"{field} is not set, and compressed attention needs it.");
}
