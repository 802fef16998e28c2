using System.Buffers;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>What a group does with a buffer of any length, a piece at a time. Positions are elements.</summary>
internal static class BufferCollectives
{
    private const int Staging = 16 << 20; // bytes

    /// <summary>Gives all members the reduction of a range of the buffer.</summary>
    public static void AllReduce(
        this ProcessGroup group,
        TensorStorage buffer,
        long start,
        long count,
        ReduceOperation operation
    )
    {
        int size = buffer.DType.BitCount() / 8;
        for (long done = 0; done < count * size; done += Staging)
        {
            int length = (int)Math.Min(Staging, (count * size) - done);
            group.AllReduce(buffer.Bytes((start * size) + done, length), buffer.DType, operation);
        }
    }

    /// <summary>
    /// Reduces a range of the buffer, which the members share out evenly; each gets its part of the result, where that part is. The rest is
    /// as it was.
    /// </summary>
    public static void ReduceScatter(
        this ProcessGroup group,
        TensorStorage buffer,
        long start,
        long count,
        ReduceOperation operation
    ) =>
        ForEachPiece(
            group,
            buffer,
            start,
            count,
            (all, mine, part) =>
            {
                for (int member = 0; member < group.Size; member++)
                {
                    part(member).CopyTo(all[(member * mine.Length)..]);
                }

                group.ReduceScatter(all, mine, buffer.DType, operation);
                mine.CopyTo(part(group.Rank));
            }
        );

    /// <summary>Gives all members all of a range of the buffer, of which each has its part.</summary>
    public static void AllGather(this ProcessGroup group, TensorStorage buffer, long start, long count) =>
        ForEachPiece(
            group,
            buffer,
            start,
            count,
            (all, mine, part) =>
            {
                part(group.Rank).CopyTo(mine);
                group.AllGather(mine, all);
                for (int member = 0; member < group.Size; member++)
                {
                    all.Slice(member * mine.Length, mine.Length).CopyTo(part(member));
                }
            }
        );

    /// <summary>Gives all members what the first one has.</summary>
    public static void BroadcastFromFirst(this ProcessGroup group, TensorStorage buffer)
    {
        foreach ((long offset, int length) in buffer.Pieces(Staging))
        {
            group.Broadcast(buffer.Bytes(offset, length), 0);
        }
    }

    // Work is given the pieces of all members together, that of this one, and where each lies in the buffer.
    private static void ForEachPiece(
        ProcessGroup group,
        TensorStorage buffer,
        long start,
        long count,
        Action<Span<byte>, Span<byte>, Func<int, Span<byte>>> work
    )
    {
        int size = buffer.DType.BitCount() / 8;
        long shard = count / group.Size * size;
        int most = (int)Math.Min(shard, Math.Max(size, Staging / group.Size / size * size));
        byte[] all = ArrayPool<byte>.Shared.Rent(most * group.Size);
        byte[] mine = ArrayPool<byte>.Shared.Rent(most);
        for (long done = 0; done < shard; done += most)
        {
            int length = (int)Math.Min(most, shard - done);
            long first = (start * size) + done;
            work(
                all.AsSpan(0, length * group.Size),
                mine.AsSpan(0, length),
                member => buffer.Bytes(first + (member * shard), length)
            );
        }

        ArrayPool<byte>.Shared.Return(all);
        ArrayPool<byte>.Shared.Return(mine);
    }
}
