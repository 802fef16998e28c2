using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Config;

/// <summary>Reads files that are small enough to be held whole.</summary>
internal static class ConfigFile
{
    private const int MaxLength = 16 << 20;

    /// <summary>All bytes of a file of up to 16 MiB.</summary>
    /// <exception cref="BadFileException">It is missing or longer.</exception>
    public static byte[] Read(string path)
    {
        using InputFile file = InputFile.Open(path);
        return file.Length <= MaxLength
            ? file.Read(0, (int)file.Length)
            : throw new BadFileException(
                path,
                $"{file.Length} bytes are too many for a config; {MaxLength} are read at most."
            );
    }
}
