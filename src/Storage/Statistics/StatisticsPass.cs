using System.Runtime.CompilerServices;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Statistics;

/// <summary>Reads tensors once and tells what their numbers look like, in bounded memory.</summary>
public static class StatisticsPass
{
    private const int BlockBytes = 1024; // at most 2048 numbers; a multiple of every element size that can be read

    /// <summary>
    /// The statistics of each tensor, or null for one whose type cannot be read as numbers. The result does not depend on
    /// the number of threads.
    /// </summary>
    /// <exception cref="BadFileException">A file ends early or cannot be read.</exception>
    public static async Task<IReadOnlyList<TensorStatistics?>> RunAsync(
        IReadOnlyList<TensorView> tensors,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        int[] readable = [.. Enumerable.Range(0, tensors.Count).Where(index => Numbers.CanRead(tensors[index].DType))];
        TensorView[] views = [.. readable.Select(index => tensors[index])];
        Moments[][] pieces = [.. views.Select(view => new Moments[Math.Max(1, Pieces(view.ByteCount))])];

        await TensorPass.ForEachPieceAsync(
            views,
            (tensor, offset, bytes) => pieces[tensor][offset / TensorPass.PieceBytes] = Of(views[tensor].DType, bytes),
            options: options,
            progress: progress,
            cancellation: cancellation
        );

        TensorStatistics?[] statistics = new TensorStatistics?[tensors.Count];
        for (int tensor = 0; tensor < views.Length; tensor++)
        {
            // Joined in their order, whoever was first: the last bit of the mean is always the same.
            statistics[readable[tensor]] = pieces[tensor]
                .Aggregate(new Moments(), (all, piece) => all + piece)
                .ToStatistics();
        }

        return statistics;
    }

    private static long Pieces(long byteCount) => (byteCount + TensorPass.PieceBytes - 1) / TensorPass.PieceBytes;

    [SkipLocalsInit]
    private static Moments Of(DType dtype, ReadOnlySpan<byte> bytes)
    {
        Span<double> numbers = stackalloc double[BlockBytes * 8 / dtype.BitCount()];
        Moments all = new();
        for (int begin = 0; begin < bytes.Length; begin += BlockBytes)
        {
            ReadOnlySpan<byte> block = bytes.Slice(begin, Math.Min(BlockBytes, bytes.Length - begin));
            int count = block.Length * 8 / dtype.BitCount();
            Numbers.Read(dtype, block, numbers);
            all += Moments.Of(numbers[..count]);
        }

        return all;
    }
}
