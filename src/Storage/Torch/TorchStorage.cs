using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Torch;

/// <summary>The memory behind one or more tensors: a range of a file.</summary>
/// <param name="Key">Its name in the archive.</param>
/// <param name="DType">Element type by its class; bytes when the class has none.</param>
/// <param name="File">The file that holds it.</param>
/// <param name="Position">First byte in the file.</param>
/// <param name="ByteCount">Size in bytes.</param>
/// <param name="IsBigEndian">Whether every element must be turned around.</param>
internal sealed record TorchStorage(
    string Key,
    DType DType,
    InputFile File,
    long Position,
    long ByteCount,
    bool IsBigEndian
)
{
    /// <summary>Row-major elements from byte <paramref name="offset"/> on, little-endian.</summary>
    public TensorView View(DType dtype, Shape shape, long offset)
    {
        FileView view = new(dtype, shape, File, Position + offset);
        return IsBigEndian && ByteSwapView.WordBytes(dtype) > 1 ? new ByteSwapView(view) : view;
    }
}
