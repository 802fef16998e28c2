using System.Text.Json;

namespace MegatronBridge.Hub;

/// <summary>All files of a repository at a commit, as the Hub lists them.</summary>
internal sealed class RepositoryTree
{
    private const int MostFiles = 200_000;
    private const long MostBytes = 1L << 44; // of one file; so many files of it still add up
    private readonly Dictionary<string, RepositoryFile> _files = new(StringComparer.Ordinal);

    /// <summary>The files by path.</summary>
    public IReadOnlyDictionary<string, RepositoryFile> Files => _files;

    /// <summary>Adds what one page of the Hub's answer lists; folders do not count.</summary>
    /// <exception cref="FormatException">An entry breaks a rule; the message names it.</exception>
    public void AddPage(JsonElement page)
    {
        if (page.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("the list of files is no list");
        }

        foreach (JsonElement entry in page.EnumerateArray())
        {
            if (Text(entry, "type") != "directory")
            {
                bool isLarge = TryObject(entry, "lfs", out JsonElement lfs);
                Add(
                    Text(entry, "path"),
                    Number(isLarge ? lfs : entry, "size"),
                    Text(entry, "oid"),
                    isLarge ? Text(lfs, "oid") ?? "" : null,
                    Text(entry, "xetHash")
                );
            }
        }
    }

    /// <summary>Adds a file.</summary>
    /// <exception cref="FormatException">Its name may lead out of the folder, or a value is not of its form.</exception>
    public void Add(string? path, long? size, string? blobId, string? sha256, string? xetHash)
    {
        if (path is null || !RepositoryFile.IsSafe(path))
        {
            throw new FormatException(
                $"the list of files has the name '{HubText.Of(path ?? "")}', which is no safe relative path"
            );
        }

        bool good =
            size is >= 0 and <= MostBytes
            && RepositoryFile.IsHash(blobId, 40)
            && (sha256 is null || RepositoryFile.IsHash(sha256, 64))
            && (xetHash is null || xetHash.Length <= 256);
        if (!good)
        {
            throw new FormatException($"the list of files has no good size or hash for '{path}'");
        }

        if (_files.Count >= MostFiles || !_files.TryAdd(path, new(path, size!.Value, blobId!, sha256, xetHash)))
        {
            throw new FormatException($"the list of files names '{path}' twice, or has more than {MostFiles} entries");
        }
    }

    internal static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    internal static long? Number(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out long number)
            ? number
            : null;

    private static bool TryObject(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;
}
