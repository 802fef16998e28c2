using System.Security.Cryptography;
using System.Text;

namespace MegatronBridge.Hub;

/// <summary>
/// The hash that names contents on the Hub, built up while they pass: SHA-256 of large files, else the SHA-1 that git gives
/// to a blob of that many bytes.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash;
    private readonly byte[] _prefix;

    private ContentHash(HashAlgorithmName algorithm, byte[] prefix)
    {
        _hash = IncrementalHash.CreateHash(algorithm);
        _prefix = prefix;
        Restart();
    }

    public static ContentHash Sha256() => new(HashAlgorithmName.SHA256, []);

    public static ContentHash GitBlob(long size) =>
        new(HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes($"blob {size}\0"));

    /// <summary>The one that tells whether contents are those of a file.</summary>
    public static ContentHash Of(RepositoryFile file) => file.Sha256 is null ? GitBlob(file.Size) : Sha256();

    /// <summary>Forgets all contents.</summary>
    public void Restart()
    {
        _hash.GetHashAndReset();
        _hash.AppendData(_prefix);
    }

    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The hash in hexadecimal digits; then all contents are forgotten.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
