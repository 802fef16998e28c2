using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Storage.Files;

/// <summary>A new file of a known size, open for positional writing from any number of threads.</summary>
public sealed class OutputFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Creates the file, which must not exist, and reserves its size on the disk.</summary>
    /// <exception cref="BadFileException">The system refuses it, or the disk is too small.</exception>
    public OutputFile(string path, long length)
    {
        Path = path;
        Length = length;
        // To reserve more than there is takes all that is left until it fails, from everyone else, too.
        long free = DiskSpace.FreeBytes(path);
        if (length > free)
        {
            throw new BadFileException(path, $"the file cannot be created: {TooLarge(length, free)}");
        }

        try
        {
            _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: length);
            RandomAccess.SetLength(_handle, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault("created", e);
        }
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>The size it will have, in bytes.</summary>
    public long Length { get; }

    /// <summary>Writes all of <paramref name="bytes"/> at <paramref name="position"/>.</summary>
    /// <exception cref="BadFileException">The system refuses it, or the disk is full.</exception>
    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (position < 0 || bytes.Length > Length - position)
        {
            throw new ArgumentOutOfRangeException(nameof(position), position, $"{Path} has {Length} bytes.");
        }

        try
        {
            RandomAccess.Write(_handle, bytes, position);
        }
        catch (IOException e)
        {
            throw Fault("written", e);
        }
    }

    /// <summary>Begins to bring a range to the disk, without waiting.</summary>
    public void BeginFlush(long position, long count) => Posix.BeginWriteBack(_handle, position, count);

    /// <summary>Waits until the contents are on the disk.</summary>
    /// <exception cref="BadFileException">They cannot be brought there.</exception>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException e)
        {
            throw Fault("flushed to the disk", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private BadFileException Fault(string action, Exception e)
    {
        const int NoSpaceLeft = 28; // ENOSPC
        long free = DiskSpace.FreeBytes(Path);
        bool full = e.HResult == NoSpaceLeft || (e is IOException && free < Length && !File.Exists(Path));
        return new(Path, $"the file cannot be {action}: {(full ? TooLarge(Length, free) : e.Message)}", e);
    }

    private static string TooLarge(long length, long free) =>
        $"the disk is full: the file takes {length} bytes and {free} are free. Make room or choose another disk.";
}
