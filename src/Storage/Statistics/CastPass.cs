using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Statistics;

/// <summary>Reads tensors once and counts what a cast would do to their numbers, in bounded memory.</summary>
public static class CastPass
{
    private const int Block = 256; // numbers

    /// <summary>True when numbers of one type may become infinite or zero in the other.</summary>
    public static bool MayLose(DType from, DType to) =>
        from != to && to != DType.F64 && !(to == DType.F32 && from is DType.F16 or DType.BF16);

    /// <summary>The counts of each tensor, all of which are of wide floating-point types.</summary>
    /// <exception cref="BadFileException">A file ends early or cannot be read.</exception>
    public static async Task<IReadOnlyList<CastCount>> RunAsync(
        IReadOnlyList<TensorView> tensors,
        DType to,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        CastCount[] counts = new CastCount[tensors.Count];
        Lock gate = new();
        await TensorPass
            .ForEachPieceAsync(
                tensors,
                (tensor, _, bytes) =>
                {
                    CastCount count = Of(tensors[tensor].DType, bytes, to);
                    lock (gate)
                    {
                        counts[tensor] += count;
                    }
                },
                options: options,
                progress: progress,
                cancellation: cancellation
            )
            .ConfigureAwait(false);
        return counts;
    }

    [SkipLocalsInit]
    private static CastCount Of(DType from, ReadOnlySpan<byte> bytes, DType to)
    {
        Span<double> numbers = stackalloc double[Block];
        Span<double> cast = stackalloc double[Block];
        Span<byte> stored = MemoryMarshal.AsBytes(stackalloc float[Block])[..(Block * to.BitCount() / 8)];
        int blockBytes = Block * from.BitCount() / 8;
        CastCount all = new();
        for (int begin = 0; begin < bytes.Length; begin += blockBytes)
        {
            ReadOnlySpan<byte> block = bytes.Slice(begin, Math.Min(blockBytes, bytes.Length - begin));
            int count = block.Length * 8 / from.BitCount();
            Span<byte> target = stored[..(count * to.BitCount() / 8)];
            FloatCast.Convert(from, block, to, target);
            Numbers.Read(from, block, numbers);
            Numbers.Read(to, target, cast);
            all += CastCount.Of(numbers[..count], cast[..count]);
        }

        return all;
    }
}
