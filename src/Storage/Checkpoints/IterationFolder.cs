using System.Globalization;

namespace MegatronBridge.Storage.Checkpoints;

/// <summary>The names of the folders that a training run keeps its checkpoints in: <c>iter_0000010</c>, or <c>release</c>.</summary>
public static class IterationFolder
{
    /// <summary>The folder of a checkpoint that belongs to no iteration.</summary>
    public const string Release = "release";

    private const string Prefix = "iter_";

    /// <summary>The folder of an iteration, for example <c>iter_0000010</c>.</summary>
    public static string Name(long iteration) => $"{Prefix}{iteration:D7}";

    /// <summary>The iteration whose folder is called <paramref name="name"/>, or null.</summary>
    public static long? Parse(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(
            name.AsSpan(Prefix.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long iteration
        )
            ? iteration
            : null;
}
