using System.Globalization;
using System.Text;

namespace MegatronBridge.Storage.Checkpoints;

/// <summary>The text file in a checkpoint's root that names the newest iteration.</summary>
public static class IterationTracker
{
    /// <summary>Its name.</summary>
    public const string FileName = "latest_checkpointed_iteration.txt";

    private const int LongestText = 64;

    /// <summary>What the file contains for an iteration: its digits and nothing else.</summary>
    public static byte[] Encode(long iteration) =>
        Encoding.ASCII.GetBytes(iteration.ToString(CultureInfo.InvariantCulture));

    /// <summary>Name of the folder that the tracker at <paramref name="path"/> names.</summary>
    /// <exception cref="BadFileException">It is neither a number nor <c>release</c>.</exception>
    public static string ReadFolder(string path)
    {
        using Files.InputFile file = Files.InputFile.Open(path);
        string text = Encoding.UTF8.GetString(file.Read(0, (int)Math.Min(file.Length, LongestText))).Trim();
        if (text == IterationFolder.Release)
        {
            return text;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long iteration)
            ? IterationFolder.Name(iteration)
            : throw new BadFileException(
                path,
                $"it should name an iteration or '{IterationFolder.Release}', but says '{text}'. "
                    + "Correct it, or give the folder of the iteration."
            );
    }
}
