using System.Text.Json;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;

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

    /// <summary>The whole archive in memory.</summary>
    public static byte[] Render(TorchLayout layout)
    {
        byte[] archive = new byte[layout.Length];
        List<uint> crcs = [];
        foreach ((TensorView view, long position) in layout.Placements)
        {
            byte[] bytes = view.ToArray();
            bytes.CopyTo(archive, position);
            crcs.Add(Crc32.Append(0, bytes));
        }

        foreach ((long position, byte[] bytes) in layout.Frame([.. crcs]))
        {
            bytes.CopyTo(archive, position);
        }

        return archive;
    }

    /// <summary>Fails with the first difference.</summary>
    public static void AssertSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string name)
    {
        int common = expected.CommonPrefixLength(actual);
        Assert.True(
            common == expected.Length && common == actual.Length,
            $"{name} differs at byte {common} of {expected.Length}, {actual.Length} were written."
        );
    }
}
