using System.Security.Cryptography;
using System.Text.Json;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Safetensors;

/// <summary>Files that safetensors and transformers wrote, or judged, and what they say of them.</summary>
internal static class SafetensorsSamples
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "safetensors");

    public static JsonElement Zoo { get; } = Expected("zoo");

    public static string ZooFile(string name) => Path.Combine(Folder, "zoo", name);

    public static JsonElement Expected(string sample) =>
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, sample, "expected.json")));

    public static void AssertTensors(JsonElement expected, IReadOnlyDictionary<string, TensorView> tensors)
    {
        Assert.Equal(
            expected.EnumerateObject().Select(tensor => tensor.Name).Order(StringComparer.Ordinal),
            tensors.Keys.Order(StringComparer.Ordinal)
        );
        foreach (JsonProperty tensor in expected.EnumerateObject())
        {
            TensorView view = tensors[tensor.Name];
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), view.DType.SafetensorsName());
            Assert.Equal(
                tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()),
                view.Shape
            );
            Assert.Equal(
                tensor.Value.GetProperty("sha256").GetString(),
                Convert.ToHexStringLower(SHA256.HashData(view.ToArray()))
            );
        }
    }
}
