using MegatronBridge.Storage;

namespace MegatronBridge.Hub;

/// <summary>
/// The part of the shared cache that belongs to one repository. Contents lie in <c>blobs</c> under their hash,
/// <c>snapshots/COMMIT</c> has links to them under their names, <c>refs/BRANCH</c> tells the last known commit (docs/hub.md).
/// </summary>
internal sealed class HubCache(HubOptions options, RepositoryId repository)
{
    private const string Tag =
        "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of the Hugging Face Hub.\n";

    private string Folder => Path.Combine(options.CacheFolder, repository.FolderName);

    public string BlobPath(string etag) => Path.Combine(Folder, "blobs", etag);

    public string SnapshotPath(string commit) => Path.Combine(Folder, "snapshots", commit);

    private string TreePath(string commit) => Path.Combine(Folder, "trees", $"{commit}.json");

    /// <summary>The commit that a revision was when it was last looked up; null when it never was.</summary>
    public string? CommitOf(string revision)
    {
        if (HubReference.IsCommit(revision))
        {
            return revision;
        }

        string path = Path.Combine(Folder, "refs", revision);
        return
            new FileInfo(path) is { Exists: true, Length: < 1024 }
            && File.ReadAllText(path).Trim() is var commit
            && HubReference.IsCommit(commit)
            ? commit
            : null;
    }

    /// <summary>Remembers which commit a branch or tag is.</summary>
    public void SetCommit(string revision, string commit)
    {
        if (revision != commit && CommitOf(revision) != commit)
        {
            Replace(Path.Combine(Folder, "refs", revision), System.Text.Encoding.ASCII.GetBytes(commit));
        }
    }

    public RepositoryTree? ReadTree(string commit) => TreeFile.Read(TreePath(commit));

    public void WriteTree(string commit, RepositoryTree tree) => Replace(TreePath(commit), TreeFile.Write(tree));

    /// <summary>Takes the lock on contents.</summary>
    public Task<IDisposable> LockAsync(string etag, CancellationToken cancellation) =>
        CacheLock.TakeAsync(
            Path.Combine(options.CacheFolder, ".locks", repository.FolderName, $"{etag}.lock"),
            cancellation
        );

    /// <summary>True when the snapshot has the file, with all its bytes.</summary>
    public bool Has(string commit, RepositoryFile file) => HasBytes(PathOf(commit, file.Path), file.Size);

    /// <summary>True when the contents are there, under another name or of another commit perhaps.</summary>
    public bool HasBlob(RepositoryFile file) => HasBytes(BlobPath(file.Etag), file.Size);

    /// <summary>Where a file of a snapshot is.</summary>
    public string PathOf(string commit, string path) =>
        Path.Combine(SnapshotPath(commit), path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Puts contents that are in the cache into a snapshot.</summary>
    public void Link(string commit, RepositoryFile file, bool isNew)
    {
        string path = PathOf(commit, file.Path);
        string blob = BlobPath(file.Etag);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path); // a link to nowhere, or a file that was cut
        if (!options.WithoutLinks)
        {
            try
            {
                File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, blob));
                return;
            }
            catch (IOException) when (Has(commit, file))
            {
                return; // another process was faster
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A file system without links: as huggingface_hub does, the file itself goes there.
            }
        }

        if (isNew)
        {
            File.Move(blob, path, overwrite: true);
        }
        else
        {
            File.Copy(blob, path, overwrite: true);
        }
    }

    /// <summary>Marks the folder for backup programs, once.</summary>
    public void MarkAsCache()
    {
        string path = Path.Combine(options.CacheFolder, "CACHEDIR.TAG");
        if (!File.Exists(path))
        {
            Replace(path, System.Text.Encoding.ASCII.GetBytes(Tag));
        }
    }

    /// <summary>Turns what the system refuses into words about the cache.</summary>
    public BadFileException Refused(Exception e) =>
        new(options.CacheFolder, $"the cache of the Hub cannot be written: {e.Message}", e);

    private static bool HasBytes(string path, long size)
    {
        FileSystemInfo file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true)!;
        }

        return file is FileInfo { Exists: true, Length: var length } && length == size;
    }

    private static void Replace(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
