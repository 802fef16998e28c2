using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>Norms of queries and keys.</summary>
internal static class QkNorms
{
    private const string Query = "q_layernorm";
    private const string Key = "k_layernorm";

    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        long headSize = provider.KvChannels;
        long querySize = provider.NumAttentionHeads * headSize;
        long keySize = provider.NumQueryGroups * headSize;
        switch (LayerSpec.Of(provider).QkNormSpan)
        {
            case QkNormSpan.AllHeads:
                Norm.AddTo(scope, Query, querySize, provider);
                Norm.AddTo(scope, Key, keySize, provider);
                break;
            case QkNormSpan.OwnHeads:
                scope.Parameter($"{Query}.weight", [querySize], Cut.Rows);
                scope.Parameter($"{Key}.weight", [keySize], Cut.Rows with { MostPieces = provider.NumQueryGroups });
                break;
            default:
                Norm.AddTo(scope, Query, headSize, provider);
                Norm.AddTo(scope, Key, headSize, provider);
                break;
        }
    }
}
