using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>
/// The matrices A that are in use, as float32: every row of a weight needs all of its A. The ones used longest ago go when there are more
/// bytes than the limit.
/// </summary>
internal sealed class FactorCache(long maxBytes = 64 << 20)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(TensorView Tensor, float[] Numbers)> _latest = [];
    private long _bytes;

    /// <summary>All elements of a tensor.</summary>
    public float[] Get(TensorView tensor)
    {
        lock (_gate)
        {
            for (
                LinkedListNode<(TensorView Tensor, float[] Numbers)>? node = _latest.First;
                node is not null;
                node = node.Next
            )
            {
                if (ReferenceEquals(node.Value.Tensor, tensor))
                {
                    _latest.Remove(node);
                    _latest.AddFirst(node);
                    return node.Value.Numbers;
                }
            }

            float[] numbers = ToSingle(tensor, 0, tensor.Shape.ElementCount);
            _latest.AddFirst((tensor, numbers));
            _bytes += (long)numbers.Length * sizeof(float);
            while (_bytes > maxBytes && _latest.Count > 1)
            {
                _bytes -= (long)_latest.Last!.Value.Numbers.Length * sizeof(float);
                _latest.RemoveLast();
            }

            return numbers;
        }
    }

    /// <summary>Some elements of a tensor of a floating-point type.</summary>
    public static float[] ToSingle(TensorView tensor, long first, long count)
    {
        int size = tensor.DType.BitCount() / 8;
        byte[] bytes = new byte[checked(count * size)];
        tensor.Read(first * size, bytes);
        float[] numbers = new float[count];
        FloatCast.Convert(tensor.DType, bytes, DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }
}
