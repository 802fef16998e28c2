using System.Security.Cryptography;
using System.Text.Json;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conformance;

/// <summary>Tensors in the words of Python/tensors.py: dtype, shape and hash.</summary>
internal static class Description
{
    public static string Of(TensorView tensor) =>
        $"{tensor} {Convert.ToHexStringLower(SHA256.HashData(tensor.ToArray()))}";

    public static string Of(JsonElement described) =>
        $"{described.GetProperty("dtype")} [{string.Join(", ", described.GetProperty("shape").EnumerateArray())}] "
        + described.GetProperty("sha256");

    /// <summary>Both have the same names, and the same tensor under each.</summary>
    public static void AssertSame(JsonElement described, IEnumerable<KeyValuePair<string, TensorView>> tensors) =>
        Assert.Equal(
            described.EnumerateObject().Select(entry => $"{entry.Name}: {Of(entry.Value)}").Order(),
            tensors.Select(entry => $"{entry.Key}: {Of(entry.Value)}").Order()
        );
}
