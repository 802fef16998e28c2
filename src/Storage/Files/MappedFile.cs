using System.IO.MemoryMappedFiles;

namespace MegatronBridge.Storage.Files;

/// <summary>A file whose bytes are in memory as soon as somebody looks at them.</summary>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(string path, long length)
    {
        Length = length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>Size in bytes.</summary>
    public long Length { get; }

    /// <summary>Maps a file, which must be as long as it was when it was opened: its headers were checked against that.</summary>
    /// <exception cref="BadFileException">It has changed, or cannot be mapped.</exception>
    public static MappedFile Open(InputFile file)
    {
        try
        {
            long length = new FileInfo(file.Path).Length;
            return length == file.Length
                ? new(file.Path, length)
                : throw new BadFileException(
                    file.Path,
                    $"the file had {file.Length} bytes when it was opened, and has {length} now. It is being written; wait for the end."
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException(file.Path, $"the file cannot be mapped: {e.Message}", e);
        }
    }

    /// <summary>Where some of the bytes are, valid until the file is disposed of.</summary>
    public byte* At(long position, long length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Length - length);
        return _start + position;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
