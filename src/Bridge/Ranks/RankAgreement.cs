using System.Text;

namespace MegatronBridge.Ranks;

/// <summary>Makes sure that ranks which are about to act together mean the same.</summary>
internal static class RankAgreement
{
    private const int MostBytes = 512;

    /// <summary>Compares what each rank says that it is about to do.</summary>
    /// <exception cref="CollectiveException">They say different things; the message has them.</exception>
    public static void Require(ProcessGroup group, string what)
    {
        Span<byte> mine = stackalloc byte[MostBytes];
        mine.Clear();
        Encoding.UTF8.TryGetBytes(what, mine, out _);
        byte[] all = new byte[MostBytes * group.Size];
        group.AllGather(mine, all);
        ILookup<string, int> ranks = Enumerable
            .Range(0, group.Size)
            .ToLookup(
                place => Encoding.UTF8.GetString(all, place * MostBytes, MostBytes).TrimEnd('\0'),
                place => group.Ranks[place],
                StringComparer.Ordinal
            );
        if (ranks.Count > 1)
        {
            throw new CollectiveException(
                "The ranks disagree on what to do: "
                    + string.Join("; ", ranks.Select(entry => $"{Name(entry)} would {entry.Key}"))
                    + "."
            );
        }
    }

    private static string Name(IEnumerable<int> ranks) =>
        ranks.ToList() is [var only] ? $"rank {only}" : $"ranks {string.Join(", ", ranks)}";
}
