using System.Buffers;
using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks.Mpi;

/// <summary>
/// A group of processes. MPI moves bytes only; what is added is added here, in the order of the ranks, so that processes and threads come to
/// the same numbers.
/// </summary>
internal sealed unsafe class MpiGroup(MpiLibrary mpi, nint communicator, IReadOnlyList<int> ranks, int self)
    : ProcessGroup(ranks, self)
{
    /// <inheritdoc/>
    protected override void BarrierCore() => Agree(new("barrier"));

    /// <inheritdoc/>
    protected override void BroadcastCore(Span<byte> buffer, int root)
    {
        Agree(new("broadcast", buffer.Length, Root: root));
        fixed (byte* bytes = buffer)
        {
            mpi.Broadcast(bytes, buffer.Length, root, communicator);
        }
    }

    /// <inheritdoc/>
    protected override void AllGatherCore(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        Agree(new("all-gather", mine.Length));
        Gather(mine, all);
    }

    /// <inheritdoc/>
    protected override void AllReduceCore(Span<byte> buffer, DType dtype, ReduceOperation operation)
    {
        // Each member reduces one part for all, then everybody gets all parts. Parts are equally long; the last ones may lack some.
        Agree(new("all-reduce", buffer.Length, dtype, operation));
        int size = dtype.BitCount() / 8;
        int part = ((buffer.Length / size) + Size - 1) / Size * size;
        byte[] padded = ArrayPool<byte>.Shared.Rent(part * Size);
        byte[] reduced = ArrayPool<byte>.Shared.Rent(Math.Max(part, 1));
        Span<byte> all = padded.AsSpan(0, part * Size);
        buffer.CopyTo(all);
        all[buffer.Length..].Clear();
        ReduceParts(all, reduced.AsSpan(0, part), dtype, operation);
        Gather(reduced.AsSpan(0, part), all);
        all[..buffer.Length].CopyTo(buffer);
        ArrayPool<byte>.Shared.Return(reduced);
        ArrayPool<byte>.Shared.Return(padded);
    }

    /// <inheritdoc/>
    protected override void ReduceScatterCore(
        ReadOnlySpan<byte> all,
        Span<byte> mine,
        DType dtype,
        ReduceOperation operation
    )
    {
        Agree(new("reduce-scatter", all.Length, dtype, operation));
        ReduceParts(all, mine, dtype, operation);
    }

    /// <inheritdoc/>
    protected override void AllToAllCore(
        ReadOnlySpan<byte> send,
        ReadOnlySpan<int> sendLengths,
        Span<byte> receive,
        ReadOnlySpan<int> receiveLengths
    )
    {
        Agree(new("all-to-all"));
        int[] table = new int[Size * Size]; // what each member sends to each
        Gather(MemoryMarshal.AsBytes(sendLengths), MemoryMarshal.AsBytes(table.AsSpan()));
        for (int from = 0; from < Size; from++)
        {
            if (table[(from * Size) + Rank] is var sent && sent != receiveLengths[from])
            {
                throw new CollectiveException(
                    $"Rank {Ranks[Rank]} expects {receiveLengths[from]} bytes of rank {Ranks[from]}, which sends {sent}."
                );
            }
        }

        Exchange(send, sendLengths, receive, receiveLengths);
    }

    /// <inheritdoc/>
    protected override void SendCore(ReadOnlySpan<byte> data, int to)
    {
        fixed (byte* bytes = data)
        {
            mpi.Send(bytes, data.Length, to, communicator);
        }
    }

    /// <inheritdoc/>
    protected override void ReceiveCore(Span<byte> data, int from)
    {
        int length = mpi.Probe(from, communicator);
        if (length != data.Length)
        {
            throw new CollectiveException(
                $"Rank {Ranks[Rank]} expects {data.Length} bytes of rank {Ranks[from]}, which sent {length}."
            );
        }

        fixed (byte* bytes = data)
        {
            mpi.Receive(bytes, length, from, communicator);
        }
    }

    /// <summary>Makes sure that all members are here and call the same: MPI itself would wait without end, or mix up what it is given.</summary>
    private void Agree(CollectiveCall call)
    {
        Span<int> mine = stackalloc int[MpiCall.Length];
        Span<int> all = stackalloc int[MpiCall.Length * Size];
        MpiCall.Write(call, mine);
        Gather(MemoryMarshal.AsBytes(mine), MemoryMarshal.AsBytes(all));
        for (int i = 0; i < Size; i++)
        {
            ReadOnlySpan<int> theirs = all.Slice(i * MpiCall.Length, MpiCall.Length);
            if (!theirs.SequenceEqual(mine))
            {
                throw new CollectiveException(
                    $"Rank {Ranks[Rank]} calls {call}, but rank {Ranks[i]} calls {MpiCall.Read(theirs)}."
                );
            }
        }
    }

    /// <summary>Reduces the part at this rank's place of what all members have.</summary>
    private void ReduceParts(ReadOnlySpan<byte> all, Span<byte> mine, DType dtype, ReduceOperation operation)
    {
        int part = mine.Length;
        byte[] parts = ArrayPool<byte>.Shared.Rent(Math.Max(part * Size, 1));
        Span<int> lengths = stackalloc int[Size];
        lengths.Fill(part);
        Exchange(all, lengths, parts.AsSpan(0, part * Size), lengths);
        fixed (byte* first = parts)
        {
            byte* start = first; // a fixed local cannot be used in a lambda
            Reduction.Run(dtype, operation, Size, i => start + ((long)i * part), 0, mine);
        }

        ArrayPool<byte>.Shared.Return(parts);
    }

    private void Gather(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        fixed (byte* from = mine)
        fixed (byte* to = all)
        {
            mpi.AllGather(from, to, mine.Length, communicator);
        }
    }

    private void Exchange(
        ReadOnlySpan<byte> send,
        ReadOnlySpan<int> sendLengths,
        Span<byte> receive,
        ReadOnlySpan<int> receiveLengths
    )
    {
        Span<int> sendStarts = stackalloc int[Size];
        Span<int> receiveStarts = stackalloc int[Size];
        for (int i = 1; i < Size; i++)
        {
            sendStarts[i] = sendStarts[i - 1] + sendLengths[i - 1];
            receiveStarts[i] = receiveStarts[i - 1] + receiveLengths[i - 1];
        }

        fixed (byte* from = send)
        fixed (byte* to = receive)
        fixed (int* fromLengths = sendLengths)
        fixed (int* toLengths = receiveLengths)
        fixed (int* fromStarts = sendStarts)
        fixed (int* toStarts = receiveStarts)
        {
            mpi.AllToAll(from, fromLengths, fromStarts, to, toLengths, toStarts, communicator);
        }
    }
}
