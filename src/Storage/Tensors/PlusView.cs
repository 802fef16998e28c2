using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;

namespace MegatronBridge.Storage.Tensors;

/// <summary>
/// A floating-point tensor with a number added to each element: computed in float32 (float64 for that type) and rounded to nearest
/// even, as torch does it. For small tensors: it is not vectorised.
/// </summary>
public sealed class PlusView : TensorView
{
    private const int Block = 1024;

    private readonly TensorView _base;
    private readonly float _summand;

    /// <summary>Adds <paramref name="summand"/> to the elements of a tensor of F16, BF16, F32 or F64.</summary>
    public PlusView(TensorView tensor, float summand)
        : base(tensor.DType, tensor.Shape)
    {
        if (!tensor.DType.IsWideFloat())
        {
            throw new ArgumentException($"{tensor} has no elements that can be added to.", nameof(tensor));
        }

        _base = tensor;
        _summand = summand;
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        _base.Read(offset, destination);
        if (DType == DType.F64)
        {
            foreach (ref double element in MemoryMarshal.Cast<byte, double>(destination))
            {
                element += _summand;
            }

            return;
        }

        Span<float> singles = stackalloc float[Block];
        int itemBytes = DType.BitCount() / 8;
        while (!destination.IsEmpty)
        {
            int count = Math.Min(Block, destination.Length / itemBytes);
            Span<byte> elements = destination[..(count * itemBytes)];
            Span<byte> asSingles = MemoryMarshal.AsBytes(singles[..count]);
            FloatCast.Convert(DType, elements, DType.F32, asSingles);
            foreach (ref float element in singles[..count])
            {
                element += _summand;
            }

            FloatCast.Convert(DType.F32, asSingles, DType, elements);
            destination = destination[elements.Length..];
        }
    }
}
