using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Tensors;

/// <summary>A tensor that lies row-major and whole in a range of a file.</summary>
public sealed class FileView : TensorView
{
    /// <summary>Makes a view of the bytes from <paramref name="position"/> on; they must lie inside the file.</summary>
    public FileView(DType dtype, Shape shape, InputFile file, long position)
        : base(dtype, shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        if (ByteCount > file.Length - position)
        {
            throw new BadFileException(
                file.Path,
                $"a tensor {this} of {ByteCount} bytes should begin at byte {position}, but the file has {file.Length}. "
                    + "The file is incomplete; fetch it again."
            );
        }

        File = file;
        Position = position;
    }

    /// <summary>The file that holds the bytes.</summary>
    public InputFile File { get; }

    /// <summary>First byte in the file.</summary>
    public long Position { get; }

    /// <inheritdoc/>
    protected internal override bool Locate(long offset, long length, FileRuns runs) =>
        runs.Add(File, Position + offset, length);

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination) => File.Read(Position + offset, destination);
}
