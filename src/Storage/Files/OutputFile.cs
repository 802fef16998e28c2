using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Storage.Files;

/// <summary>A new file of a known size, open for positional writing from any number of threads.</summary>
public sealed class OutputFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Creates the file, which must not exist, and reserves its size on the disk.</summary>
    public OutputFile(string path, long length)
    {
        Path = path;
        Length = length;
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: length);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>The size it will have, in bytes.</summary>
    public long Length { get; }

    /// <summary>Writes all of <paramref name="bytes"/> at <paramref name="position"/>.</summary>
    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (position < 0 || bytes.Length > Length - position)
        {
            throw new ArgumentOutOfRangeException(nameof(position), position, $"{Path} has {Length} bytes.");
        }

        RandomAccess.Write(_handle, bytes, position);
    }

    /// <summary>Waits until the contents are on the disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
