using MegatronBridge.Storage.Files;

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
    public static PickleValue Read(string path, ReadOnlySpan<byte> bytes) => ReadGraph(path, bytes).Root;

    /// <summary>The same, with what it refers to.</summary>
    internal static PickleGraph ReadGraph(string path, ReadOnlySpan<byte> bytes) =>
        Whole(path, new PickleMachine(new PickleInput(path, bytes)).Run(), bytes.Length);

    /// <summary>Reads the one pickle that a range of a file is, without holding its bytes.</summary>
    internal static PickleGraph Read(string path, InputFile file, long position, long length) =>
        Whole(path, ReadFirst(path, file, position, length), length);

    /// <summary>Reads the pickle that a range of a file begins with.</summary>
    internal static PickleGraph ReadFirst(string path, InputFile file, long position, long length) =>
        new PickleMachine(new PickleInput(path, file, position, length)).Run();

    private static PickleGraph Whole(string path, PickleGraph graph, long length) =>
        graph.Length == length
            ? graph
            : throw new BadFileException(
                path,
                $"the pickle ends at byte {graph.Length}, but {length - graph.Length} more bytes follow. The file is damaged."
            );
}
