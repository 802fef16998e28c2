using MegatronBridge.Storage;

namespace MegatronBridge.Hub;

/// <summary>One file of a folder on its way to the Hub.</summary>
internal sealed class PushedFile(string source, string path, long size)
{
    public const int SampleBytes = 512;

    /// <summary>Where it is on this machine.</summary>
    public string Source { get; } = source;

    /// <summary>Where it will be in the repository.</summary>
    public string Path { get; } = path;

    public long Size { get; } = size;

    /// <summary>Whether the Hub wants it as a large file, by its hash; otherwise it is part of the commit.</summary>
    public bool IsLarge { get; set; }

    public bool IsIgnored { get; set; }

    /// <summary>Hash of what the repository has under this path, or null.</summary>
    public string? RemoteHash { get; set; }

    /// <summary>Hash of the contents; known after <see cref="HashAsync"/>.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>The files of a folder and the folders in it, but for those of git and of the Hub's own cache.</summary>
    /// <exception cref="BadFileException">There is no such folder, or it is empty.</exception>
    public static IReadOnlyList<PushedFile> In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new BadFileException(folder, "the folder does not exist.");
        }

        EnumerationOptions all = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        List<PushedFile> files = [];
        Stack<string> folders = new([folder]);
        while (folders.TryPop(out string? current))
        {
            foreach (DirectoryInfo inner in new DirectoryInfo(current).EnumerateDirectories("*", all))
            {
                if (inner.Name is not (".git" or ".cache") && inner.LinkTarget is null)
                {
                    folders.Push(inner.FullName);
                }
            }

            foreach (FileInfo file in new DirectoryInfo(current).EnumerateFiles("*", all))
            {
                string path = System
                    .IO.Path.GetRelativePath(folder, file.FullName)
                    .Replace(System.IO.Path.DirectorySeparatorChar, '/');
                if (!RepositoryFile.IsSafe(path))
                {
                    throw new BadFileException(file.FullName, "the Hub takes no such name. Rename the file.");
                }

                long? length = file.LinkTarget is null
                    ? file.Length
                    : (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo)?.Length;
                files.Add(
                    new(
                        file.FullName,
                        path,
                        length ?? throw new BadFileException(file.FullName, "the link leads to no file.")
                    )
                );
            }
        }

        return files.Count > 0
            ? [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)]
            : throw new BadFileException(folder, "the folder has no files to push.");
    }

    /// <summary>The first bytes, by which the Hub tells text from other things.</summary>
    public async Task<byte[]> SampleAsync(CancellationToken cancellation)
    {
        await using FileStream file = File.OpenRead(Source);
        byte[] sample = new byte[Math.Min(SampleBytes, Size)];
        int count = await file.ReadAtLeastAsync(sample, sample.Length, throwOnEndOfStream: false, cancellation);
        return sample[..count];
    }

    /// <summary>Reads all bytes for <see cref="Hash"/>.</summary>
    public async Task HashAsync(CancellationToken cancellation)
    {
        using ContentHash hash = IsLarge ? ContentHash.Sha256() : ContentHash.GitBlob(Size);
        await foreach (ReadOnlyMemory<byte> bytes in FilePieces.ReadAsync(Source, 0, Size, cancellation))
        {
            hash.Add(bytes.Span);
        }

        Hash = hash.Finish();
    }
}
