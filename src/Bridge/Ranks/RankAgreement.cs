using System.Security.Cryptography;
using System.Text;

namespace MegatronBridge.Ranks;

/// <summary>Makes sure that ranks which are about to act together mean the same.</summary>
internal static class RankAgreement
{
    private const int MostBytes = 512;
    private const int MostFaults = 20;

    /// <summary>Compares what each rank says that it is about to do.</summary>
    /// <exception cref="CollectiveException">They say different things; the message has them.</exception>
    public static void Require(ProcessGroup group, string what)
    {
        byte[] mine = Encoding.UTF8.GetBytes(what);
        if (mine.Length > MostBytes)
        {
            string digest = Convert.ToHexStringLower(SHA256.HashData(mine).AsSpan(0, 8));
            mine = [.. mine[..(MostBytes - 32)], .. Encoding.UTF8.GetBytes($"... ({digest})")];
        }

        Array.Resize(ref mine, MostBytes);
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

    /// <summary>Compares fields that all ranks should have alike.</summary>
    /// <exception cref="CollectiveException">They have not; the message has the fields, and who has what.</exception>
    public static void RequireSame(ProcessGroup group, string what, IEnumerable<KeyValuePair<string, string>> fields)
    {
        byte[] mine = Encoding.UTF8.GetBytes(
            string.Join(
                '\n',
                fields
                    .Select(field => $"{field.Key} {field.Value.ReplaceLineEndings(" ")}")
                    .Order(StringComparer.Ordinal)
            )
        );
        if (AreSame(group, SHA256.HashData(mine)))
        {
            return;
        }

        string[][] lines = [.. Exchange(group, mine).Select(text => text.Split('\n'))];
        string[] faults =
        [
            .. lines
                .SelectMany((own, place) => own.Select(line => (Line: line, Rank: group.Ranks[place])))
                .GroupBy(entry => entry.Line, entry => entry.Rank, StringComparer.Ordinal)
                .Where(line => line.Count() < group.Size)
                .OrderBy(line => line.Key, StringComparer.Ordinal)
                .Select(line => $"{line.Key} on {Name(line)}"),
        ];
        string more = faults.Length > MostFaults ? $"; and {faults.Length - MostFaults} more" : "";
        throw new CollectiveException(
            $"The ranks disagree on the {what}: {string.Join("; ", faults.Take(MostFaults))}{more}."
        );
    }

    private static bool AreSame(ProcessGroup group, byte[] hash)
    {
        byte[] all = new byte[hash.Length * group.Size];
        group.AllGather(hash, all);
        return all.Chunk(hash.Length).All(other => other.AsSpan().SequenceEqual(hash));
    }

    /// <summary>The texts of all ranks.</summary>
    private static IEnumerable<string> Exchange(ProcessGroup group, byte[] mine)
    {
        byte[] lengths = new byte[sizeof(int) * group.Size];
        group.AllGather(BitConverter.GetBytes(mine.Length), lengths);
        int[] each = [.. lengths.Chunk(sizeof(int)).Select(length => BitConverter.ToInt32(length))];
        int longest = each.Max();
        byte[] all = new byte[longest * group.Size];
        Array.Resize(ref mine, longest);
        group.AllGather(mine, all);
        return each.Select((length, place) => Encoding.UTF8.GetString(all, place * longest, length));
    }

    private static string Name(IEnumerable<int> ranks) =>
        ranks.ToList() is [var only] ? $"rank {only}" : $"ranks {string.Join(", ", ranks)}";
}
