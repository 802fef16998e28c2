using System.Buffers;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// A group of threads. Members read each other's buffers where they are; each operation begins and ends with a meeting, between
/// which nobody may leave.
/// </summary>
internal sealed unsafe class ThreadGroup(MeetingBoard board, IReadOnlyList<int> ranks, int self)
    : ProcessGroup(ranks, self)
{
    private const string End = "the end of an operation";

    /// <inheritdoc/>
    protected override void BarrierCore()
    {
        board.Meet(Rank, new("barrier"), null);
        board.Wait(End);
    }

    /// <inheritdoc/>
    protected override void BroadcastCore(Span<byte> buffer, int root)
    {
        fixed (byte* mine = buffer)
        {
            board.Meet(Rank, new("broadcast", buffer.Length, Root: root), mine);
            if (Rank != root)
            {
                new ReadOnlySpan<byte>(board.Buffer(root), buffer.Length).CopyTo(buffer);
            }

            board.Wait(End);
        }
    }

    /// <inheritdoc/>
    protected override void AllGatherCore(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        fixed (byte* buffer = mine)
        {
            board.Meet(Rank, new("all-gather", mine.Length), buffer);
            for (int i = 0; i < Size; i++)
            {
                new ReadOnlySpan<byte>(board.Buffer(i), mine.Length).CopyTo(all[(i * mine.Length)..]);
            }

            board.Wait(End);
        }
    }

    /// <inheritdoc/>
    protected override void AllReduceCore(Span<byte> buffer, DType dtype, ReduceOperation operation)
    {
        // Each member reduces one part for all, then everybody copies the parts together.
        int size = dtype.BitCount() / 8;
        int elements = buffer.Length / size;
        (int start, int length) = Part(Rank);
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        fixed (byte* mine = buffer)
        fixed (byte* reduced = rented)
        {
            CollectiveCall call = new("all-reduce", buffer.Length, dtype, operation);
            board.Meet(Rank, call, mine);
            Reduction.Run(dtype, operation, Size, board.Buffer, start, rented.AsSpan(0, length));
            board.Wait(End);
            board.Meet(Rank, call, reduced);
            for (int i = 0; i < Size; i++)
            {
                (int from, int count) = Part(i);
                new ReadOnlySpan<byte>(board.Buffer(i), count).CopyTo(buffer[from..]);
            }

            board.Wait(End);
        }

        ArrayPool<byte>.Shared.Return(rented);

        (int Start, int Length) Part(int place)
        {
            long first = (long)elements * place / Size;
            long next = (long)elements * (place + 1) / Size;
            return ((int)first * size, (int)(next - first) * size);
        }
    }

    /// <inheritdoc/>
    protected override void ReduceScatterCore(
        ReadOnlySpan<byte> all,
        Span<byte> mine,
        DType dtype,
        ReduceOperation operation
    )
    {
        fixed (byte* buffer = all)
        {
            board.Meet(Rank, new("reduce-scatter", all.Length, dtype, operation), buffer);
            Reduction.Run(dtype, operation, Size, board.Buffer, Rank * mine.Length, mine);
            board.Wait(End);
        }
    }

    /// <inheritdoc/>
    protected override void AllToAllCore(
        ReadOnlySpan<byte> send,
        ReadOnlySpan<int> sendLengths,
        Span<byte> receive,
        ReadOnlySpan<int> receiveLengths
    )
    {
        fixed (byte* buffer = send)
        fixed (int* lengths = sendLengths)
        {
            board.Meet(Rank, new("all-to-all"), buffer, lengths);
            string? fault = null;
            int done = 0;
            for (int i = 0; i < Size; i++)
            {
                ReadOnlySpan<int> theirs = new(board.Lengths(i), Size);
                if (theirs[Rank] == receiveLengths[i])
                {
                    int start = 0;
                    foreach (int length in theirs[..Rank])
                    {
                        start += length;
                    }

                    new ReadOnlySpan<byte>(board.Buffer(i) + start, theirs[Rank]).CopyTo(receive[done..]);
                }
                else
                {
                    fault ??=
                        $"Rank {Ranks[Rank]} expects {receiveLengths[i]} bytes of rank {Ranks[i]}, which sends {theirs[Rank]}.";
                }

                done += receiveLengths[i];
            }

            board.Wait(End);
            if (fault is not null)
            {
                throw new CollectiveException(fault);
            }
        }
    }

    /// <inheritdoc/>
    protected override void SendCore(ReadOnlySpan<byte> data, int to) => board.Send(Rank, to, data);

    /// <inheritdoc/>
    protected override void ReceiveCore(Span<byte> data, int from)
    {
        byte[] message = board.Receive(from, Rank);
        if (message.Length != data.Length)
        {
            throw new CollectiveException(
                $"Rank {Ranks[Rank]} expects {data.Length} bytes of rank {Ranks[from]}, which sent {message.Length}."
            );
        }

        message.CopyTo(data);
    }
}
