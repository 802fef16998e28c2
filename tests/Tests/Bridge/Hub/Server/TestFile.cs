using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MegatronBridge.Tests.Bridge.Hub.Server;

/// <summary>Contents of a file on a <see cref="TestHub"/>.</summary>
internal sealed record TestFile(byte[] Bytes, bool IsLarge)
{
    private const int LargestRegular = 20_000;

    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>What git has: the contents, or the pointer to them.</summary>
    public string BlobId =>
        GitHash(IsLarge ? Encoding.ASCII.GetBytes($"oid sha256:{Sha256} size {Bytes.Length}") : Bytes);

    public string Etag => IsLarge ? Sha256 : BlobId;

    public static TestFile Of(string path, byte[] bytes) => new(bytes, IsLargeName(path, bytes.Length));

    public static bool IsLargeName(string path, long size) =>
        path.EndsWith(".safetensors", StringComparison.Ordinal) || size > LargestRegular;

    public JsonObject Entry(string path)
    {
        JsonObject entry = new()
        {
            ["type"] = "file",
            ["oid"] = BlobId,
            ["size"] = Bytes.Length,
            ["path"] = path,
        };
        if (IsLarge)
        {
            entry["lfs"] = new JsonObject
            {
                ["oid"] = Sha256,
                ["size"] = Bytes.Length,
                ["pointerSize"] = 130,
            };
        }

        return entry;
    }

    private static string GitHash(byte[] bytes) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
}
