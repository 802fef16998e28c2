using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MegatronBridge.Storage.Tensors;

/// <summary>A tensor whose elements are stored with their highest byte first.</summary>
public sealed class ByteSwapView(TensorView tensor) : TensorView(tensor.DType, tensor.Shape)
{
    /// <summary>Bytes that are turned around together: an element, or each of the two numbers of a complex one.</summary>
    public static int WordBytes(DType dtype) => dtype.BitCount() / (dtype.IsComplex() ? 16 : 8);

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        tensor.Read(offset, destination);
        switch (WordBytes(DType))
        {
            case sizeof(ushort):
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(destination);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case sizeof(uint):
                Span<uint> ints = MemoryMarshal.Cast<byte, uint>(destination);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case sizeof(ulong):
                Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(destination);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
