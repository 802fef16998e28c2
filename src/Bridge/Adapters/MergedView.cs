using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>
/// A weight with its adapter merged in, <c>W + scale * (B * A)</c>, and with DoRA each row of that brought to its magnitude. Computed in
/// float32 as it is read, the product first, its terms in their order, and rounded once.
/// </summary>
internal sealed class MergedView : TensorView
{
    private readonly TensorView _base;
    private readonly LowRankUpdate _update;
    private readonly FactorCache _factors;
    private readonly bool _holdsB;
    private readonly int _columns;
    private readonly int _itemBytes;

    /// <summary>Merges into a matrix of F16, BF16 or F32, <c>[out, in]</c>.</summary>
    /// <param name="weight">The matrix.</param>
    /// <param name="update">What is added.</param>
    /// <param name="factors">Holds the matrices in use.</param>
    /// <param name="holdsB">True where the rows of B lie scattered, so that it is read once as a whole like A.</param>
    public MergedView(TensorView weight, LowRankUpdate update, FactorCache factors, bool holdsB = false)
        : base(weight.DType, weight.Shape)
    {
        _base = weight;
        _update = update;
        _factors = factors;
        _holdsB = holdsB;
        _columns = checked((int)weight.Shape[1]);
        _itemBytes = weight.DType.BitCount() / 8;
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        (long number, long start) = Math.DivRem(offset / _itemBytes, _columns);
        long end = (((offset + destination.Length) / _itemBytes) + _columns - 1) / _columns;
        FactorCache.Matrix a = _factors.Lend(_update.A);
        using UpdateRows rows = new(_update, _factors, _holdsB, number, end);
        float[] row = ArrayPool<float>.Shared.Rent(_columns);
        float[] product = ArrayPool<float>.Shared.Rent(_columns);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(_columns * _itemBytes);
        try
        {
            while (!destination.IsEmpty)
            {
                int count = (int)Math.Min(_columns - start, destination.Length / _itemBytes);

                // The length of a row takes all of it.
                (int from, int columns) = _update.Magnitude is null ? ((int)start, count) : (0, _columns);
                Span<float> weights = row.AsSpan(0, columns);
                Span<byte> stored = bytes.AsSpan(0, columns * _itemBytes);
                _base.Read(((number * _columns) + from) * _itemBytes, stored);
                FloatCast.Convert(DType, stored, DType.F32, MemoryMarshal.AsBytes(weights));
                AddUpdate(weights, product.AsSpan(0, columns), a.Numbers.AsSpan(from), rows.B(number));
                if (rows.Magnitude(number) is { } magnitude)
                {
                    Scale(weights, magnitude);
                }

                FloatCast.Convert(
                    DType.F32,
                    MemoryMarshal.AsBytes(weights.Slice((int)start - from, count)),
                    DType,
                    destination[..(count * _itemBytes)]
                );
                destination = destination[(count * _itemBytes)..];
                (number, start) = (number + 1, 0);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<float>.Shared.Return(product);
            ArrayPool<float>.Shared.Return(row);
            _factors.Return(a);
        }
    }

    private void AddUpdate(Span<float> weights, Span<float> product, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        product.Clear();
        for (int k = 0; k < b.Length; k++)
        {
            AddScaled(product, a.Slice(k * _columns, product.Length), b[k]);
        }

        AddScaled(weights, product, (float)_update.Scale);
    }

    /// <summary>Adds the numbers times a factor; both are rounded, so that all processors get the same.</summary>
    private static void AddScaled(Span<float> sums, ReadOnlySpan<float> numbers, float factor)
    {
        int i = 0;
        Vector<float> factors = new(factor);
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> terms = new Vector<float>(numbers[i..]) * factors;
            (new Vector<float>(sums[i..]) + terms).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            float term = numbers[i] * factor;
            sums[i] += term;
        }
    }

    private static void Scale(Span<float> row, float magnitude)
    {
        double squares = 0;
        foreach (float number in row)
        {
            squares += (double)number * number;
        }

        float factor = magnitude / (float)Math.Sqrt(squares);
        foreach (ref float number in row)
        {
            number *= factor;
        }
    }
}
