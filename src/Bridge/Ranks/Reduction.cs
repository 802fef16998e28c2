using System.Numerics;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>Adds up, or compares, the elements of several buffers in their order, so that the result is always the same.</summary>
internal static class Reduction
{
    private const int Block = 1024; // elements of a 16-bit type that are widened at a time

    /// <summary>A buffer that may be anywhere.</summary>
    public unsafe delegate byte* Source(int index);

    /// <summary>Refuses what cannot be reduced.</summary>
    /// <exception cref="ArgumentException">The type has no arithmetic, or the bytes are not whole elements of it.</exception>
    public static void Require(DType dtype, ReduceOperation operation, int bytes)
    {
        bool isFloat = dtype is DType.F32 or DType.F64 or DType.BF16 or DType.F16;
        if (!isFloat && (dtype is not (DType.I32 or DType.I64) || operation == ReduceOperation.Mean))
        {
            throw new ArgumentException($"{operation} of {dtype.SafetensorsName()} cannot be computed.", nameof(dtype));
        }

        if (bytes % (dtype.BitCount() / 8) != 0)
        {
            throw new ArgumentException(
                $"{bytes} bytes are no whole number of {dtype.SafetensorsName()}.",
                nameof(bytes)
            );
        }
    }

    /// <summary>Reduces the same <paramref name="result"/>.Length bytes, from <paramref name="start"/> on, of all sources.</summary>
    public static unsafe void Run(
        DType dtype,
        ReduceOperation operation,
        int sources,
        Source source,
        int start,
        Span<byte> result
    )
    {
        switch (dtype)
        {
            case DType.F32:
                Wide<float>(operation, sources, source, start, result);
                break;
            case DType.F64:
                Wide<double>(operation, sources, source, start, result);
                break;
            case DType.I32:
                Wide<int>(operation, sources, source, start, result);
                break;
            case DType.I64:
                Wide<long>(operation, sources, source, start, result);
                break;
            default:
                Narrow(dtype, operation, sources, source, start, result);
                break;
        }
    }

    private static unsafe void Wide<T>(
        ReduceOperation operation,
        int sources,
        Source source,
        int start,
        Span<byte> result
    )
        where T : unmanaged, INumber<T>
    {
        Span<T> total = MemoryMarshal.Cast<byte, T>(result);
        new ReadOnlySpan<byte>(source(0) + start, result.Length).CopyTo(result);
        for (int i = 1; i < sources; i++)
        {
            Accumulate(operation, total, new ReadOnlySpan<T>(source(i) + start, total.Length));
        }

        Finish(operation, sources, total);
    }

    private static unsafe void Narrow(
        DType dtype,
        ReduceOperation operation,
        int sources,
        Source source,
        int start,
        Span<byte> result
    )
    {
        Span<float> total = stackalloc float[Block];
        Span<float> next = stackalloc float[Block];
        for (int done = 0; done < result.Length; done += Block * sizeof(ushort))
        {
            Span<byte> part = result.Slice(done, Math.Min(Block * sizeof(ushort), result.Length - done));
            int count = part.Length / sizeof(ushort);
            for (int i = 0; i < sources; i++)
            {
                FloatCast.Convert(
                    dtype,
                    new ReadOnlySpan<byte>(source(i) + start + done, part.Length),
                    DType.F32,
                    MemoryMarshal.AsBytes((i == 0 ? total : next)[..count])
                );
                if (i > 0)
                {
                    Accumulate<float>(operation, total[..count], next[..count]);
                }
            }

            Finish(operation, sources, total[..count]);
            FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(total[..count]), dtype, part);
        }
    }

    private static void Accumulate<T>(ReduceOperation operation, Span<T> total, ReadOnlySpan<T> next)
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        for (; i <= total.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> left = new(total[i..]);
            Vector<T> right = new(next[i..]);
            Vector<T> both = operation switch
            {
                ReduceOperation.Max => Vector.Max(left, right),
                ReduceOperation.Min => Vector.Min(left, right),
                _ => left + right,
            };
            both.CopyTo(total[i..]);
        }

        for (; i < total.Length; i++)
        {
            total[i] = operation switch
            {
                ReduceOperation.Max => T.Max(total[i], next[i]),
                ReduceOperation.Min => T.Min(total[i], next[i]),
                _ => total[i] + next[i],
            };
        }
    }

    private static void Finish<T>(ReduceOperation operation, int sources, Span<T> total)
        where T : unmanaged, INumber<T>
    {
        if (operation != ReduceOperation.Mean)
        {
            return;
        }

        T count = T.CreateChecked(sources);
        for (int i = 0; i < total.Length; i++)
        {
            total[i] /= count;
        }
    }
}
