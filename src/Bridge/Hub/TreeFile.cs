using System.Text.Json;
using MegatronBridge.Config;
using MegatronBridge.Storage;

namespace MegatronBridge.Hub;

/// <summary>
/// The cache's copy of a commit's list of files, <c>trees/COMMIT.json</c>, as <c>huggingface_hub</c> writes it: without
/// the network it tells whether a snapshot is whole.
/// </summary>
internal static class TreeFile
{
    private const long Version = 1;

    /// <summary>The list, or null when there is none that can be used; it can always be had again.</summary>
    public static RepositoryTree? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(ConfigFile.Read(path));
            if (
                RepositoryTree.Number(document.RootElement, "format_version") != Version
                || !document.RootElement.TryGetProperty("files", out JsonElement files)
                || files.ValueKind != JsonValueKind.Object
            )
            {
                return null;
            }

            RepositoryTree tree = new();
            foreach (JsonProperty file in files.EnumerateObject())
            {
                string? sha256 = RepositoryTree.Text(file.Value, "lfs_sha256");
                tree.Add(
                    file.Name,
                    RepositoryTree.Number(file.Value, sha256 is null ? "size" : "lfs_size"),
                    RepositoryTree.Text(file.Value, "blob_id"),
                    sha256,
                    RepositoryTree.Text(file.Value, "xet_hash")
                );
            }

            return tree;
        }
        catch (Exception e)
            when (e is JsonException or FormatException or BadFileException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The bytes of such a file.</summary>
    public static byte[] Write(RepositoryTree tree)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new() { Indented = true, IndentSize = 1 }))
        {
            json.WriteStartObject();
            json.WriteNumber("format_version", Version);
            json.WriteStartObject("files");
            foreach (RepositoryFile file in tree.Files.Values.OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                json.WriteStartObject(file.Path);
                json.WriteNumber("size", file.Size);
                json.WriteString("blob_id", file.BlobId);
                if (file.Sha256 is not null)
                {
                    json.WriteString("lfs_sha256", file.Sha256);
                    json.WriteNumber("lfs_size", file.Size);
                }

                if (file.XetHash is not null)
                {
                    json.WriteString("xet_hash", file.XetHash);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
