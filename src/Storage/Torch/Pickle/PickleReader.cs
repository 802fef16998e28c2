namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>
/// Reads pickles of protocols 0 to 5 as data. Nothing is imported, called or looked up: whatever class a pickle names
/// stays a name, and whatever it wants called stays a description of the call (docs/formats.md, pickle).
/// </summary>
public static class PickleReader
{
    /// <summary>Values that one pickle may make; the index of a huge checkpoint has some millions.</summary>
    public const int MaxValueCount = 1 << 25;

    /// <summary>Reads the one pickle that <paramref name="bytes"/> are.</summary>
    /// <param name="path">Where the bytes come from, for messages.</param>
    /// <param name="bytes">The pickle, to its last byte.</param>
    /// <exception cref="BadFileException">They are no whole pickle, or one that breaks a limit.</exception>
    public static PickleValue Read(string path, ReadOnlySpan<byte> bytes)
    {
        PickleValue value = Read(path, bytes, out int length);
        return length == bytes.Length
            ? value
            : throw new BadFileException(
                path,
                $"the pickle ends at byte {length}, but {bytes.Length - length} more bytes follow. The file is damaged."
            );
    }

    /// <summary>Reads the pickle that <paramref name="bytes"/> begin with, and says how long it is.</summary>
    internal static PickleValue Read(string path, ReadOnlySpan<byte> bytes, out int length)
    {
        PickleMachine machine = new(path, bytes);
        return machine.Run(out length);
    }
}
