using System.Numerics;

namespace MegatronBridge.Storage.Files;

/// <summary>How many threads work and how much memory their buffers may take.</summary>
public sealed record TransferOptions
{
    private const int SmallestBufferBytes = 64 << 10;

    /// <summary>The settings that were the fastest where we measured (docs/numbers.md).</summary>
    public static TransferOptions Default { get; } = new();

    /// <summary>Number of threads that read and write; the disk gets its queue from them.</summary>
    public int Workers
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 or more");
    } = 3;

    /// <summary>
    /// Size of the buffer of one worker in bytes, which is also the size of one read or write. Writes of 4 MB and more make Linux take
    /// huge pages for its cache, which cost several times as much in a virtual machine (docs/numbers.md).
    /// </summary>
    public int BufferBytes
    {
        get;
        init => field = AtLeastSmallest(value);
    } = 1 << 20;

    /// <summary>Limit of all buffers together in bytes; buffers shrink to it, then workers get fewer.</summary>
    public long MaxMemoryBytes
    {
        get;
        init => field = AtLeastSmallest(value);
    } = 128 << 20;

    /// <summary>Workers and bytes of one buffer that keep the limit.</summary>
    internal (int Workers, int BufferBytes) WithinLimit()
    {
        long workers = Math.Min(Workers, MaxMemoryBytes / SmallestBufferBytes);
        long bufferBytes = Math.Min(BufferBytes, MaxMemoryBytes / workers);
        return ((int)workers, (int)(bufferBytes / SmallestBufferBytes * SmallestBufferBytes));
    }

    private static T AtLeastSmallest<T>(T value)
        where T : IBinaryInteger<T> =>
        value >= T.CreateChecked(SmallestBufferBytes)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{SmallestBufferBytes} or more");
}
