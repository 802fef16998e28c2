namespace MegatronBridge.Tests.Docs;

/// <summary>Files of the repository that follow from others: tests compare them, <c>eng/regenerate.sh</c> writes them.</summary>
internal static class Regenerated
{
    private static readonly bool Writes = Environment.GetEnvironmentVariable("MEGATRON_BRIDGE_REGENERATE") == "1";

    public static void AssertSame(string path, string text)
    {
        if (Writes)
        {
            File.WriteAllText(Path.Combine(Repository.Root, path), text);
        }

        Assert.True(Repository.Read(path) == text, $"{path} is out of date. Run eng/regenerate.sh.");
    }
}
