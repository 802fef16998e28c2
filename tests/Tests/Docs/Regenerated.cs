namespace MegatronBridge.Tests.Docs;

/// <summary>Files of the repository that follow from others: tests compare them, <c>eng/regenerate.sh</c> writes them.</summary>
internal static class Regenerated
{
    private static readonly bool Writes = Environment.GetEnvironmentVariable("MEGATRON_BRIDGE_REGENERATE") == "1";

    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static void AssertSame(string path, string text)
    {
        if (Writes)
        {
            string file = Path.Combine(Repository.Root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            if (path.EndsWith(".sh", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, File.GetUnixFileMode(file) | Executable);
            }
        }

        Assert.True(Repository.Read(path) == text, $"{path} is out of date. Run eng/regenerate.sh.");
    }
}
