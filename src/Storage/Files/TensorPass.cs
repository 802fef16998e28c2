using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Files;

/// <summary>Reads tensors once, in pieces, by a few workers with one buffer each: to hash, to count, to compare.</summary>
public static class TensorPass
{
    /// <summary>
    /// Size of every piece in bytes but the last of a tensor. It never varies, so that sums over pieces do not depend on
    /// the settings; it is a multiple of every element size, and of three for the 6-bit types.
    /// </summary>
    public const int PieceBytes = 3 << 20;

    /// <summary>Receives the bytes from <paramref name="offset"/> on of the tensor with that index. May be called by several threads at once.</summary>
    public delegate void PieceAction(int tensor, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Receives the bytes of the same range of both tensors of a pair. May be called by several threads at once.</summary>
    public delegate void PairAction(int pair, long offset, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>Calls <paramref name="action"/> with every piece; with one empty piece for a tensor without elements.</summary>
    /// <param name="tensors">What to read.</param>
    /// <param name="action">What to do with a piece.</param>
    /// <param name="inOrder">Whether each tensor is read by one worker from its begin to its end, as hashing needs it.</param>
    /// <param name="options">Number of workers and limit of memory.</param>
    /// <param name="progress">Told after each piece.</param>
    /// <param name="cancellation">Ends the pass early.</param>
    public static Task ForEachPieceAsync(
        IReadOnlyList<TensorView> tensors,
        PieceAction action,
        bool inOrder = false,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        void Read(int tensor, long offset, long length, Span<byte> buffer)
        {
            Span<byte> bytes = buffer[..(int)length];
            tensors[tensor].Read(offset, bytes);
            action(tensor, offset, bytes);
        }

        return RunAsync(tensors, Read, PieceBytes, inOrder, options, progress, cancellation);
    }

    /// <summary>Calls <paramref name="action"/> with every piece of two tensors of the same size in bytes.</summary>
    /// <param name="pairs">What to read.</param>
    /// <param name="action">What to do with two pieces.</param>
    /// <param name="options">Number of workers and limit of memory.</param>
    /// <param name="progress">Told after each piece.</param>
    /// <param name="cancellation">Ends the pass early.</param>
    public static Task ForEachPairAsync(
        IReadOnlyList<(TensorView Left, TensorView Right)> pairs,
        PairAction action,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        foreach ((TensorView left, TensorView right) in pairs)
        {
            if (left.ByteCount != right.ByteCount)
            {
                throw new ArgumentException($"{left} and {right} differ in size.", nameof(pairs));
            }
        }

        void Read(int pair, long offset, long length, Span<byte> buffer)
        {
            Span<byte> left = buffer[..(int)length];
            Span<byte> right = buffer.Slice(PieceBytes, (int)length);
            pairs[pair].Left.Read(offset, left);
            pairs[pair].Right.Read(offset, right);
            action(pair, offset, left, right);
        }

        TensorView[] lefts = [.. pairs.Select(pair => pair.Left)];
        return RunAsync(lefts, Read, 2 * PieceBytes, inOrder: false, options, progress, cancellation);
    }

    private delegate void ReadPiece(int tensor, long offset, long length, Span<byte> buffer);

    private static Task RunAsync(
        IReadOnlyList<TensorView> tensors,
        ReadPiece read,
        int bufferBytes,
        bool inOrder,
        TransferOptions? options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellation
    )
    {
        options ??= TransferOptions.Default;
        int workers = (int)Math.Clamp(options.MaxMemoryBytes / bufferBytes, 1, options.Workers);
        ProgressCounter counter = new(tensors.Sum(tensor => tensor.ByteCount), progress);

        void Perform((int Tensor, long Begin, long End) range, Span<byte> buffer)
        {
            long offset = range.Begin;
            do
            {
                cancellation.ThrowIfCancellationRequested();
                long length = Math.Min(PieceBytes, range.End - offset);
                read(range.Tensor, offset, length, buffer);
                offset += length;
                counter.Add(length);
            } while (offset < range.End);
        }

        return BufferedWorkers.RunAsync(Ranges(tensors, inOrder), workers, bufferBytes, Perform, cancellation);
    }

    private static IEnumerable<(int Tensor, long Begin, long End)> Ranges(
        IReadOnlyList<TensorView> tensors,
        bool inOrder
    )
    {
        for (int tensor = 0; tensor < tensors.Count; tensor++)
        {
            long byteCount = tensors[tensor].ByteCount;
            long step = inOrder ? Math.Max(byteCount, 1) : PieceBytes;
            for (long begin = 0; begin == 0 || begin < byteCount; begin += step)
            {
                yield return (tensor, begin, Math.Min(begin + step, byteCount));
            }
        }
    }
}
