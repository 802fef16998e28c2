namespace MegatronBridge.Hub;

/// <summary>One file of a repository at a commit.</summary>
/// <param name="Path">Where it is in the repository, with slashes.</param>
/// <param name="Size">Its bytes; of a large file those of the contents, not of the pointer that git has.</param>
/// <param name="BlobId">SHA-1 that git knows it by: of a large file that of the pointer.</param>
/// <param name="Sha256">SHA-256 of the contents of a large file (LFS or Xet), else null.</param>
/// <param name="XetHash">Name in the Xet storage, or null; kept for other clients of the cache.</param>
internal sealed record RepositoryFile(string Path, long Size, string BlobId, string? Sha256, string? XetHash)
{
    /// <summary>What the server sends as ETag, and so the name of the contents in the cache.</summary>
    public string Etag => Sha256 ?? BlobId;

    /// <summary>True when all parts of the path are plain names, so that it stays in the folder it is joined to.</summary>
    public static bool IsSafe(string path) =>
        path.Length is > 0 and <= 4096
        && !path.Any(c => char.IsControl(c) || c == '\\')
        && path.Split('/').All(part => part.Length is > 0 and <= 255 && part is not ("." or ".."));

    /// <summary>True for the hexadecimal digits of a SHA-1 or SHA-256.</summary>
    public static bool IsHash(string? text, int digits) =>
        text?.Length == digits && text.All(char.IsAsciiHexDigitLower);
}
