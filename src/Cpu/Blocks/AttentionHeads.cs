using MegatronBridge.Config;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// Which heads a rank has, and where they are among the rows of the fused projection: group by group its query heads, their gates if there
/// are any, its key, its value.
/// </summary>
internal sealed record AttentionHeads
{
    private AttentionHeads() { }

    /// <summary>Query heads of the rank.</summary>
    public required int Queries { get; init; }

    /// <summary>Groups of the rank.</summary>
    public required int Groups { get; init; }

    /// <summary>Query heads of a group in the rows of the projection.</summary>
    public required int QueriesOfGroup { get; init; }

    /// <summary>Channels of a query or key head.</summary>
    public required int Size { get; init; }

    /// <summary>Channels of a value head.</summary>
    public required int ValueSize { get; init; }

    /// <summary>True when each query head has a gate of the same size.</summary>
    public required bool HasGates { get; init; }

    /// <summary>True when a group's rows are on several ranks, so that each needs those of the others first.</summary>
    public required bool IsSpread { get; init; }

    /// <summary>The first group of the rank in the rows that it needs.</summary>
    public required int FirstGroup { get; init; }

    /// <summary>The first query head of the rank in its first group.</summary>
    public required int FirstQuery { get; init; }

    /// <summary>Ranks that have the same keys.</summary>
    public required int Copies { get; init; }

    /// <summary>Rows of a group.</summary>
    public int GroupRows => ((HasGates ? 2 : 1) * QueriesOfGroup * Size) + Size + ValueSize;

    /// <summary>Those of a layer on a rank.</summary>
    public static AttentionHeads Of(ModelProvider provider, ProcessGroup tensor)
    {
        int heads = provider.NumAttentionHeads;
        int groups = provider.NumQueryGroups;
        int ranks = tensor.Size;
        bool isSpread = groups % ranks != 0;
        if (heads % groups != 0 || heads % ranks != 0 || (isSpread && ranks % groups != 0))
        {
            throw new UnsupportedModelException(
                $"{heads} heads in {groups} query groups do not divide over {ranks} tensor parallel ranks."
            );
        }

        int copies = isSpread ? ranks / groups : 1;
        return new()
        {
            Queries = heads / ranks,
            Groups = isSpread ? 1 : groups / ranks,
            QueriesOfGroup = heads / groups,
            Size = provider.KvChannels,
            ValueSize = provider.ValueHeadSize,
            HasGates = provider.AttentionOutputGate,
            IsSpread = isSpread,
            FirstGroup = tensor.Rank / copies * (isSpread ? 1 : 0),
            FirstQuery = tensor.Rank % copies * (heads / ranks),
            Copies = copies,
        };
    }
}
