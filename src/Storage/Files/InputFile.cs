using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Storage.Files;

/// <summary>
/// A file for positional reading from any number of threads. A model may have more files than a process may open, so
/// those unused for the longest time are closed meanwhile.
/// </summary>
public sealed class InputFile : IDisposable
{
    private readonly Lock _gate = new();
    private SafeFileHandle? _handle;
    private bool _disposed;

    private InputFile(string path)
    {
        Path = path;
        Length = RandomAccess.GetLength(Reopen());
    }

    /// <summary>Where the file is, as it was given.</summary>
    public string Path { get; }

    /// <summary>Size in bytes when the file was opened.</summary>
    public long Length { get; }

    /// <summary>When it was last read, on the clock of <see cref="OpenInputs"/>.</summary>
    internal long LastUse { get; private set; }

    /// <summary>Opens an existing file.</summary>
    /// <exception cref="BadFileException">It is missing or may not be read.</exception>
    public static InputFile Open(string path) => new(path);

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="position"/> on.</summary>
    /// <exception cref="BadFileException">The file ends before, or the disk has a fault.</exception>
    public void Read(long position, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int count = ReadSome(position, destination);
            if (count == 0)
            {
                throw new BadFileException(
                    Path,
                    $"bytes up to {position + destination.Length} are needed, but the file ends at {position}. "
                        + "It is incomplete, or was cut while it was read."
                );
            }

            position += count;
            destination = destination[count..];
        }
    }

    /// <summary>The bytes from <paramref name="position"/> on, in memory: for headers.</summary>
    public byte[] Read(long position, int count)
    {
        byte[] bytes = new byte[count];
        Read(position, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        OpenInputs.Remove(this);
        CloseHandle();
    }

    /// <summary>Closes the handle after the reads under way; the next read opens it again.</summary>
    internal void CloseHandle() => Interlocked.Exchange(ref _handle, null)?.Dispose();

    private int ReadSome(long position, Span<byte> destination)
    {
        while (true)
        {
            LastUse = OpenInputs.Now();
            SafeFileHandle handle = Volatile.Read(ref _handle) ?? Reopen();
            try
            {
                return RandomAccess.Read(handle, destination, position);
            }
            catch (ObjectDisposedException) when (!_disposed)
            {
                // Closed in favour of another file just before the read: open it again.
            }
            catch (IOException e)
            {
                throw new BadFileException(Path, $"the file cannot be read at byte {position}: {e.Message}", e);
            }
        }
    }

    private SafeFileHandle Reopen()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_handle is { } opened)
            {
                return opened;
            }

            SafeFileHandle handle = OpenHandle();
            _handle = handle;
            OpenInputs.Add(this);
            return handle;
        }
    }

    private SafeFileHandle OpenHandle()
    {
        try
        {
            return File.OpenHandle(Path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadFileException(Path, "the file does not exist.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new BadFileException(Path, $"the file cannot be opened: {e.Message}", e);
        }
    }
}
