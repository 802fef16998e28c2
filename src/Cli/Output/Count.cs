using System.Globalization;

namespace MegatronBridge.Cli.Output;

/// <summary>Large counts as people say them.</summary>
internal static class Count
{
    /// <summary>For example <c>1.24 B</c> for 1 235 814 400.</summary>
    public static string Format(long count)
    {
        (long size, string name) = count switch
        {
            >= 1_000_000_000_000 => (1_000_000_000_000, " T"),
            >= 1_000_000_000 => (1_000_000_000, " B"),
            >= 1_000_000 => (1_000_000, " M"),
            >= 10_000 => (1_000, " K"),
            _ => (1, ""),
        };
        return ((double)count / size).ToString(size == 1 ? "0" : "G3", CultureInfo.InvariantCulture) + name;
    }
}
