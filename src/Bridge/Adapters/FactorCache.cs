using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>
/// The matrices A that are in use, as float32: every row of a weight needs all of its A. Of those that nobody uses, the ones used longest ago go
/// when there are more bytes than the limit; their memory is used again.
/// </summary>
internal sealed class FactorCache(long maxBytes = 32 << 20)
{
    private readonly Lock _gate = new();
    private readonly List<Matrix> _latest = []; // the latest last; a few
    private long _bytes;

    /// <summary>All elements of a tensor, to be given back.</summary>
    public Matrix Lend(TensorView tensor)
    {
        lock (_gate)
        {
            int place = _latest.FindIndex(held => ReferenceEquals(held.Tensor, tensor));
            Matrix matrix;
            if (place >= 0)
            {
                matrix = _latest[place];
                _latest.RemoveAt(place);
            }
            else
            {
                int count = checked((int)tensor.Shape.ElementCount);
                matrix = new(tensor, ArrayPool<float>.Shared.Rent(count));
                ToSingle(tensor, 0, matrix.Numbers.AsSpan(0, count));
                _bytes += matrix.Numbers.Length * sizeof(float);
            }

            _latest.Add(matrix);
            matrix.Users++;
            Forget();
            return matrix;
        }
    }

    /// <summary>Gives a matrix back.</summary>
    public void Return(Matrix matrix)
    {
        lock (_gate)
        {
            matrix.Users--;
        }
    }

    /// <summary>Some elements of a tensor of a floating-point type.</summary>
    public static void ToSingle(TensorView tensor, long first, Span<float> numbers)
    {
        int size = tensor.DType.BitCount() / 8;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(checked(numbers.Length * size));
        try
        {
            Span<byte> stored = bytes.AsSpan(0, numbers.Length * size);
            tensor.Read(first * size, stored);
            FloatCast.Convert(tensor.DType, stored, DType.F32, MemoryMarshal.AsBytes(numbers));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Forget()
    {
        for (int i = 0; i < _latest.Count && _bytes > maxBytes; i++)
        {
            if (_latest[i].Users == 0)
            {
                _bytes -= _latest[i].Numbers.Length * sizeof(float);
                ArrayPool<float>.Shared.Return(_latest[i].Numbers);
                _latest.RemoveAt(i--);
            }
        }
    }

    /// <summary>A tensor as float32.</summary>
    /// <param name="Tensor">The tensor.</param>
    /// <param name="Numbers">Its elements; there may be more numbers behind them.</param>
    internal sealed record Matrix(TensorView Tensor, float[] Numbers)
    {
        /// <summary>How many use it now.</summary>
        public int Users { get; set; }
    }
}
