namespace MegatronBridge.Storage.Files;

/// <summary>The input files that have a handle at the moment: so many that reading is fast, so few that the system allows it.</summary>
internal static class OpenInputs
{
    /// <summary>Well below the 1024 handles that Linux gives a process by default.</summary>
    public const int Limit = 256;

    private static readonly Lock Gate = new();
    private static readonly HashSet<InputFile> Files = [];
    private static long s_clock;

    /// <summary>Number of files with a handle.</summary>
    public static int Count => Files.Count;

    /// <summary>A time that grows with every read of any file.</summary>
    public static long Now() => Interlocked.Increment(ref s_clock);

    /// <summary>Makes room for the handle of <paramref name="file"/>.</summary>
    public static void Add(InputFile file)
    {
        lock (Gate)
        {
            if (Files.Count >= Limit)
            {
                InputFile oldest = Files.MinBy(other => other.LastUse)!;
                Files.Remove(oldest);
                oldest.CloseHandle();
            }

            Files.Add(file);
        }
    }

    /// <summary>Forgets a file that will not be read again.</summary>
    public static void Remove(InputFile file)
    {
        lock (Gate)
        {
            Files.Remove(file);
        }
    }
}
