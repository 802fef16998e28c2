using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>Arithmetic on tensors in memory, as float32 whatever their type, a piece at a time.</summary>
internal static class Elementwise
{
    private const int Piece = 1 << 16; // elements

    /// <summary>Multiplies <paramref name="count"/> elements from <paramref name="start"/> on.</summary>
    public static void Scale(TensorStorage tensor, long start, long count, float factor) =>
        ForEach(tensor, start, count, (_, piece) => Multiply(piece, factor));

    /// <summary>Adds another tensor of the same shape.</summary>
    public static void Add(TensorStorage tensor, TensorView other)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Piece * other.DType.BitCount() / 8);
        float[] singles = ArrayPool<float>.Shared.Rent(Piece);
        ForEach(
            tensor,
            0,
            tensor.Shape.ElementCount,
            (start, piece) =>
            {
                Span<byte> read = bytes.AsSpan(0, piece.Length * other.DType.BitCount() / 8);
                Span<float> added = singles.AsSpan(0, piece.Length);
                other.Read(start * other.DType.BitCount() / 8, read);
                FloatCast.Convert(other.DType, read, DType.F32, MemoryMarshal.AsBytes(added));
                Plus(piece, added);
            }
        );
        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<float>.Shared.Return(singles);
    }

    /// <summary>Makes a tensor what another one of the same shape is, perhaps in another type.</summary>
    public static void Copy(TensorView from, TensorStorage to)
    {
        TensorView cast = from.DType == to.DType ? from : from.CastTo(to.DType);
        foreach ((long offset, int length) in to.Pieces(Piece * sizeof(float)))
        {
            cast.Read(offset, to.Bytes(offset, length));
        }
    }

    /// <summary>Makes all elements 0.</summary>
    public static void Clear(TensorStorage tensor)
    {
        foreach ((long offset, int length) in tensor.Pieces(1 << 30))
        {
            tensor.Bytes(offset, length).Clear();
        }
    }

    /// <summary>The first of <paramref name="count"/> elements from <paramref name="start"/> on that is NaN or infinite, or -1.</summary>
    public static long FirstNotFinite(TensorStorage tensor, long start, long count)
    {
        long found = -1;
        ForEach(
            tensor,
            start,
            count,
            (at, piece) =>
            {
                int index = found < 0 ? IndexOfNotFinite(piece) : -1;
                found = index < 0 ? found : at + index;
            },
            isRead: true
        );
        return found;
    }

    private static int IndexOfNotFinite(ReadOnlySpan<float> piece)
    {
        for (int i = 0; i < piece.Length; i++)
        {
            if (!float.IsFinite(piece[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static void ForEach(
        TensorStorage tensor,
        long start,
        long count,
        Action<long, Span<float>> change,
        bool isRead = false
    )
    {
        int size = tensor.DType.BitCount() / 8;
        float[] singles = ArrayPool<float>.Shared.Rent(Piece);
        for (long done = 0; done < count; done += Piece)
        {
            Span<float> piece = singles.AsSpan(0, (int)Math.Min(Piece, count - done));
            Span<byte> bytes = tensor.Bytes((start + done) * size, piece.Length * size);
            FloatCast.Convert(tensor.DType, bytes, DType.F32, MemoryMarshal.AsBytes(piece));
            change(start + done, piece);
            if (!isRead)
            {
                FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(piece), tensor.DType, bytes);
            }
        }

        ArrayPool<float>.Shared.Return(singles);
        GC.KeepAlive(tensor);
    }

    private static void Multiply(Span<float> piece, float factor)
    {
        int i = 0;
        for (; i <= piece.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(piece[i..]) * factor).CopyTo(piece[i..]);
        }

        for (; i < piece.Length; i++)
        {
            piece[i] *= factor;
        }
    }

    private static void Plus(Span<float> piece, ReadOnlySpan<float> added)
    {
        int i = 0;
        for (; i <= piece.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(piece[i..]) + new Vector<float>(added[i..])).CopyTo(piece[i..]);
        }

        for (; i < piece.Length; i++)
        {
            piece[i] += added[i];
        }
    }
}
