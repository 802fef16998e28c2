using System.Buffers;
using System.Runtime.CompilerServices;
using MegatronBridge.Storage;
using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Hub;

/// <summary>Reads a range of a file piece by piece.</summary>
internal static class FilePieces
{
    /// <summary>Largest piece in bytes; a multiple of 3, so that pieces can go through base 64 one by one.</summary>
    public const int Bytes = 3 << 18;

    /// <summary>The bytes of the range; each piece is valid until the next one, and full but for the last.</summary>
    /// <exception cref="BadFileException">The file ends before the range does, or cannot be read.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        string path,
        long from,
        long count,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using SafeFileHandle file = Open(path);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Bytes);
        try
        {
            long end = from + count;
            while (from < end)
            {
                int wanted = (int)Math.Min(Bytes, end - from);
                int have = 0;
                while (have < wanted)
                {
                    int read = await ReadAsync(
                        path,
                        file,
                        buffer.AsMemory(have, wanted - have),
                        from + have,
                        cancellation
                    );
                    have +=
                        read > 0
                            ? read
                            : throw new BadFileException(path, "the file became shorter while it was read.");
                }

                yield return buffer.AsMemory(0, wanted);
                from += wanted;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException(path, $"the file cannot be opened: {e.Message}", e);
        }
    }

    private static async Task<int> ReadAsync(
        string path,
        SafeFileHandle file,
        Memory<byte> destination,
        long position,
        CancellationToken cancellation
    )
    {
        try
        {
            return await RandomAccess.ReadAsync(file, destination, position, cancellation);
        }
        catch (IOException e)
        {
            throw new BadFileException(path, $"the file cannot be read at byte {position}: {e.Message}", e);
        }
    }
}
