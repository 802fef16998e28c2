using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Storage.Files;

/// <summary>A file open for positional reading from any number of threads.</summary>
public sealed class InputFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private InputFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>Where the file is, as it was given.</summary>
    public string Path { get; }

    /// <summary>Size in bytes when the file was opened.</summary>
    public long Length { get; }

    /// <summary>Opens an existing file.</summary>
    /// <exception cref="BadFileException">It is missing or may not be read.</exception>
    public static InputFile Open(string path)
    {
        try
        {
            return new(path, File.OpenHandle(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadFileException(path, "the file does not exist.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new BadFileException(path, $"the file cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="position"/> on.</summary>
    /// <exception cref="BadFileException">The file ends before.</exception>
    public void Read(long position, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int count = RandomAccess.Read(_handle, destination, position);
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
    public void Dispose() => _handle.Dispose();
}
