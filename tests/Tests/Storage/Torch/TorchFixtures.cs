namespace MegatronBridge.Tests.Storage.Torch;

/// <summary>Files made by the real torch and by CPython's pickler.</summary>
internal static class TorchFixtures
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "torch");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));
}
