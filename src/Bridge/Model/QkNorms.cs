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
            case QkNormSpan.EachHead:
                scope.Parameter($"{Query}.weight", [provider.NumAttentionHeads, headSize], Cut.Rows);
                scope.Module(Query);
                scope.Parameter(
                    $"{Key}.weight",
                    [provider.NumQueryGroups, headSize],
                    Cut.Rows with
                    {
                        MostPieces = provider.NumQueryGroups,
                    }
                );
                scope.Module(Key);
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
