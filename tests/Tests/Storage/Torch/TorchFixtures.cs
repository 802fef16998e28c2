using System.Text.Json;

namespace MegatronBridge.Tests.Storage.Torch;

/// <summary>Files made by the real torch and by CPython's pickler.</summary>
internal static class TorchFixtures
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "torch");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>What torch itself loads from the files of <c>pt-misc</c>.</summary>
    public static IReadOnlyList<JsonProperty> Expected()
    {
        using JsonDocument document = JsonDocument.Parse(Bytes("pt-misc/expected.json"));
        return [.. document.RootElement.Clone().EnumerateObject()];
    }
}
