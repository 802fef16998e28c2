using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Storage.Files;

/// <summary>One file on its way: created with the first piece, completed and flushed with the last.</summary>
internal sealed class FileTransfer : IDisposable
{
    private readonly FileLayout _layout;
    private readonly OutputFile _file;
    private readonly uint[] _crcs;
    private readonly Lock _gate = new();
    private int _remaining;

    public FileTransfer(FileLayout layout, string directory, int capacity)
    {
        _layout = layout;
        Pieces = Piece.Cut(layout, capacity);
        _remaining = Pieces.Count;
        _crcs = new uint[layout.NeedsCrc ? layout.Placements.Count : 0];

        string path = Path.Combine(directory, layout.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = new(path, layout.Length);
    }

    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>Reads the tensors of a piece into the buffer and writes it; then perhaps finishes the file.</summary>
    public void Write(Piece piece, Span<byte> buffer)
    {
        Span<byte> bytes = buffer[..piece.Length];
        long filled = piece.Position;
        foreach (Segment segment in piece.Segments)
        {
            (Tensors.TensorView view, long position) = _layout.Placements[segment.Placement];
            long at = position + segment.Offset;
            bytes[(int)(filled - piece.Position)..(int)(at - piece.Position)].Clear();
            Span<byte> part = bytes.Slice((int)(at - piece.Position), segment.Length);
            view.Read(segment.Offset, part);
            if (_layout.NeedsCrc)
            {
                AddCrc(segment, Crc32.Append(0, part), view.ByteCount);
            }

            filled = at + segment.Length;
        }

        _file.Write(piece.Position, bytes);
        if (Interlocked.Decrement(ref _remaining) == 0)
        {
            Finish();
        }
        else
        {
            _file.BeginFlush(piece.Position, piece.Length);
        }
    }

    /// <summary>Writes what is not tensor data and waits until the file is on the disk.</summary>
    public void Finish()
    {
        _layout.Complete(_file, _crcs);
        _file.Flush();
        _file.Dispose();
    }

    /// <summary>Removes the file: the transfer failed.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(_file.Path);
    }

    public void Dispose() => _file.Dispose();

    // A CRC is linear: each segment's, moved by the bytes behind it, is a summand, so their order does not matter.
    private void AddCrc(Segment segment, uint crc, long tensorBytes)
    {
        uint summand = Crc32.Combine(crc, 0, tensorBytes - segment.Offset - segment.Length);
        lock (_gate)
        {
            _crcs[segment.Placement] ^= summand;
        }
    }
}
