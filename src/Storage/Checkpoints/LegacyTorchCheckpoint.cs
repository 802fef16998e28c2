using System.Globalization;

namespace MegatronBridge.Storage.Checkpoints;

/// <summary>
/// Megatron-LM's older format: a folder <c>mp_rank_TT[_PPP][_EEE]</c> with a <c>model_optim_rng.pt</c> for each
/// model-parallel rank (docs/formats.md, legacy torch).
/// </summary>
public sealed class LegacyTorchCheckpoint : IDisposable
{
    /// <summary>Name of the file of each rank.</summary>
    public const string FileName = "model_optim_rng.pt";

    private const string Prefix = "mp_rank_";
    private const int MostNumbers = 3;

    private LegacyTorchCheckpoint(string folder, IReadOnlyList<LegacyRank> ranks)
    {
        Folder = folder;
        Ranks = ranks;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>All ranks, ordered by their numbers.</summary>
    public IReadOnlyList<LegacyRank> Ranks { get; }

    /// <summary>Opens the checkpoint in <paramref name="folder"/>.</summary>
    /// <exception cref="BadFileException">A rank is missing or damaged; all faults are told together.</exception>
    public static LegacyTorchCheckpoint Open(string folder)
    {
        FaultList faults = new(folder);
        Dictionary<string, int[]> numbers = [];
        foreach (string name in RankNames(folder))
        {
            if (ParseNumbers(name) is { } parsed)
            {
                numbers.Add(name, parsed);
            }
            else
            {
                faults.Add($"{name} is not the name of a rank: mp_rank_TT, mp_rank_TT_PPP or mp_rank_TT_PPP_EEE");
            }
        }

        ReportMissing(numbers.Values, faults);
        List<LegacyRank> ranks = [];
        try
        {
            foreach ((string name, int[] each) in numbers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                try
                {
                    ranks.Add(LegacyRank.Open(Path.Combine(folder, name), each));
                }
                catch (BadFileException e)
                {
                    faults.Add($"{name}: {e.Fault.TrimEnd('.')}");
                }
            }

            faults.ThrowIfAny();
        }
        catch
        {
            ranks.ForEach(rank => rank.Dispose());
            throw;
        }

        return new(folder, ranks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LegacyRank rank in Ranks)
        {
            rank.Dispose();
        }
    }

    internal static bool IsIn(string folder) => RankNames(folder).Any();

    private static IEnumerable<string> RankNames(string folder) =>
        Directory.EnumerateDirectories(folder, Prefix + "*").Select(path => Path.GetFileName(path));

    private static int[]? ParseNumbers(string name)
    {
        string[] parts = name[Prefix.Length..].Split('_');
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers.Length <= MostNumbers ? numbers : null;
    }

    /// <summary>
    /// Every combination of the numbers that occur must be there. Tensor and expert ranks may go together, so that there are fewer; then
    /// every number must occur as often as others in its place. The layout alone tells which exactly.
    /// </summary>
    private static void ReportMissing(IReadOnlyCollection<int[]> ranks, FaultList faults)
    {
        if (ranks.Count == 0)
        {
            faults.Add($"there is no folder {Prefix}*");
            return;
        }

        int width = ranks.First().Length;
        if (ranks.Any(rank => rank.Length != width))
        {
            faults.Add("the names of its ranks have different numbers of parts");
            return;
        }

        bool isEven = true;
        long expected = 1;
        for (int i = 0; i < width; i++)
        {
            expected *= ranks.Max(rank => rank[i]) + 1L;
            int[] counts = [.. ranks.CountBy(rank => rank[i]).Select(count => count.Value)];
            isEven &= counts.Length == ranks.Max(rank => rank[i]) + 1L && Array.TrueForAll(counts, n => n == counts[0]);
        }

        if (expected != ranks.Count && !isEven)
        {
            string[] highest = [.. Enumerable.Range(0, width).Select(i => $"{ranks.Max(rank => rank[i])}")];
            faults.Add(
                $"{ranks.Count} ranks are there, but {expected} should be: every combination up to ({string.Join(", ", highest)})"
            );
        }
    }
}
