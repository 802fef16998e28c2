using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;

namespace MegatronBridge.Hub;

/// <summary>Brings the files of a model into the cache, those that a conversion needs and that are not there.</summary>
internal sealed class SnapshotDownload(HubApi api, HubReference reference, bool withWeights)
{
    private const int NamesShown = 8;

    private readonly HubOptions _options = api.Connection.Options;
    private readonly HubCache _cache = new(api.Connection.Options, reference.Repository);

    /// <summary>Asks the Hub for the commit, and fetches what is missing.</summary>
    /// <exception cref="HubException">It cannot be had; the message lists what is missing.</exception>
    /// <exception cref="BadFileException">The cache cannot be written, or its disk is too small.</exception>
    public async Task<HubSnapshot> RunAsync(IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        if (_options.Offline)
        {
            return Cached(null);
        }

        if (HubReference.IsCommit(reference.Revision) && FindCached() is { } whole)
        {
            return whole; // a commit never changes
        }

        string commit;
        try
        {
            commit = await api.CommitAsync(reference, cancellation);
        }
        catch (HubException e) when (e.Fault is HubFault.Unreachable or HubFault.TooManyRequests)
        {
            return Cached(e);
        }

        try
        {
            RepositoryTree tree = await TreeAsync(commit, cancellation);
            long bytes = await FetchAsync(commit, tree, progress, cancellation);
            return Snapshot(commit) with { DownloadedBytes = bytes };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _cache.Refused(e);
        }
    }

    /// <summary>The snapshot as it is in the cache, without asking the Hub; null when it is not there as a whole.</summary>
    public HubSnapshot? FindCached() =>
        _cache.CommitOf(reference.Revision) is { } commit && Missing(commit).Count == 0 ? Snapshot(commit) : null;

    private HubSnapshot Snapshot(string commit) =>
        new()
        {
            Reference = reference,
            Commit = commit,
            Path = _cache.SnapshotPath(commit),
        };

    /// <summary>The cached snapshot when the Hub is not asked, or does not answer.</summary>
    private HubSnapshot Cached(HubException? silence)
    {
        string? commit = _cache.CommitOf(reference.Revision);
        IReadOnlyList<string> missing = commit is null ? [] : Missing(commit);
        if (commit is not null && missing.Count == 0)
        {
            return Snapshot(commit) with
            {
                Notice = silence is null
                    ? null
                    : $"{silence.Message} Using {reference} as it was downloaded before, commit {commit}.",
            };
        }

        string why = silence?.Message ?? "The network is not used (--offline or HF_HUB_OFFLINE).";
        string what = commit is null
            ? "nothing of this revision is there"
            : $"of the commit {commit} these files are missing: {string.Join(", ", missing.Take(NamesShown))}"
                + (missing.Count > NamesShown ? $" and {missing.Count - NamesShown} more" : "");
        throw new HubException(
            silence?.Fault ?? HubFault.NotCached,
            $"{why} The cache {_options.CacheFolder} does not have {reference}: {what}. "
                + "Download it once with a network, or name a folder."
        );
    }

    /// <summary>Files that a conversion needs and the cached snapshot does not have.</summary>
    private List<string> Missing(string commit)
    {
        string folder = _cache.SnapshotPath(commit);
        RepositoryTree? tree = _cache.ReadTree(commit);
        bool isThere(string name) =>
            tree?.Files.TryGetValue(name, out RepositoryFile? file) == true
                ? _cache.Has(commit, file)
                : File.Exists(_cache.PathOf(commit, name));

        IReadOnlyList<string> names =
            tree is not null ? [.. tree.Files.Keys]
            : Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))]
            : [];
        List<string> missing =
        [
            .. ModelFiles.Describing(names).Append(HfFolder.ConfigName).Distinct().Where(name => !isThere(name)),
        ];
        if (withWeights && !missing.Contains(WeightNames.Transformers.Index))
        {
            IReadOnlyList<string> weights = ModelFiles.Weights(names, Index(commit, names));
            missing.AddRange(weights.Count == 0 ? ["*.safetensors"] : weights.Where(name => !isThere(name)));
        }

        return missing;
    }

    private SafetensorsIndex? Index(string commit, IEnumerable<string> names) =>
        ModelFiles.Describing(names).Contains(WeightNames.Transformers.Index)
            ? SafetensorsIndex.Read(_cache.PathOf(commit, WeightNames.Transformers.Index))
            : null;

    private async Task<RepositoryTree> TreeAsync(string commit, CancellationToken cancellation)
    {
        RepositoryTree? tree = _cache.ReadTree(commit);
        if (tree is null)
        {
            tree = await api.TreeAsync(reference.Repository, commit, cancellation);
            _cache.WriteTree(commit, tree);
        }

        if (ModelFiles.WhyUseless([.. tree.Files.Keys], withWeights) is { } reason)
        {
            throw new HubException(HubFault.NotFound, $"{reference} cannot be converted: {reason}.");
        }

        _cache.MarkAsCache();
        _cache.SetCommit(reference.Revision, commit);
        return tree;
    }

    /// <summary>Fetches in two steps: the index tells which weights belong to the model.</summary>
    private async Task<long> FetchAsync(
        string commit,
        RepositoryTree tree,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellation
    )
    {
        long bytes = await FetchAsync(commit, tree, ModelFiles.Describing(tree.Files.Keys), null, cancellation);
        return withWeights
            ? bytes
                + await FetchAsync(
                    commit,
                    tree,
                    ModelFiles.Weights(tree.Files.Keys, Index(commit, tree.Files.Keys)),
                    progress,
                    cancellation
                )
            : bytes;
    }

    private async Task<long> FetchAsync(
        string commit,
        RepositoryTree tree,
        IReadOnlyList<string> names,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellation
    )
    {
        string[] unknown = [.. names.Where(name => !tree.Files.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            throw new HubException(
                HubFault.NotFound,
                $"{WeightNames.Transformers.Index} of {reference} names {unknown.Length} files that the repository does not have: "
                    + $"{string.Join(", ", unknown.Take(NamesShown).Select(HubText.Of))}."
            );
        }

        List<RepositoryFile> missing =
        [
            .. names.Select(name => tree.Files[name]).Where(file => !_cache.Has(commit, file)),
        ];
        long bytes = missing.Where(file => !_cache.HasBlob(file)).Sum(file => file.Size);
        DiskSpace.Require(_options.CacheFolder, bytes);
        DownloadProgress done = new(missing.Sum(file => file.Size), progress);
        HubReference source = new(reference.Repository, commit);
        List<HubException> faults = [];
        await Parallel.ForEachAsync(
            missing,
            new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelFiles, CancellationToken = cancellation },
            async (file, stop) =>
            {
                try
                {
                    await new BlobDownload(api, _cache, source, file).RunAsync(done.Add, stop);
                }
                catch (HubException e) when (e.Fault is HubFault.NotFound or HubFault.Corrupt or HubFault.BadAnswer)
                {
                    lock (faults)
                    {
                        faults.Add(e); // the others may be good, and are then there for the next time
                    }
                }
            }
        );
        return faults.Count switch
        {
            0 => bytes,
            1 => throw faults[0],
            _ => throw new HubException(
                faults[0].Fault,
                $"{faults.Count} files of {reference} cannot be had:\n  "
                    + string.Join("\n  ", faults.Take(NamesShown).Select(fault => fault.Message)),
                faults[0]
            ),
        };
    }
}
