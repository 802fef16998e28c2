using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// Ranks that act together, seen by one of them. Every member calls the same operations in the same order and with the same
/// sizes. Each operation returns when this rank may use its result and reuse its buffers.
/// </summary>
public abstract class ProcessGroup
{
    /// <summary>Makes the group as the rank with the number <paramref name="self"/> sees it.</summary>
    protected ProcessGroup(IReadOnlyList<int> ranks, int self)
    {
        Ranks = ranks;
        Rank = Enumerable.Range(0, ranks.Count).FirstOrDefault(place => ranks[place] == self, -1);
        if (Rank < 0)
        {
            throw new ArgumentException($"Rank {self} is none of the group {string.Join(", ", ranks)}.", nameof(self));
        }
    }

    /// <summary>Numbers of the members in the world, in the order of the group.</summary>
    public IReadOnlyList<int> Ranks { get; }

    /// <summary>This rank's place in <see cref="Ranks"/>.</summary>
    public int Rank { get; }

    /// <summary>Number of members.</summary>
    public int Size => Ranks.Count;

    /// <summary>Waits until all members are here.</summary>
    public void Barrier()
    {
        if (Size > 1)
        {
            BarrierCore();
        }
    }

    /// <summary>Gives all members what <paramref name="buffer"/> has on the member at place <paramref name="root"/>.</summary>
    public void Broadcast(Span<byte> buffer, int root)
    {
        RequireMember(root);
        if (Size > 1)
        {
            BroadcastCore(buffer, root);
        }
    }

    /// <summary>
    /// Puts the <paramref name="mine"/> of all members one after another, on all of them. <paramref name="all"/> is as long as all
    /// of them together, which are equally long.
    /// </summary>
    public void AllGather(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        RequireLength(all.Length, (long)mine.Length * Size, nameof(all));
        if (Size > 1)
        {
            AllGatherCore(mine, all);
        }
        else
        {
            mine.CopyTo(all);
        }
    }

    /// <summary>Reduces <paramref name="buffer"/> over all members, element by element, and gives all of them the result.</summary>
    /// <remarks>16-bit types are added as float32 and rounded once.</remarks>
    public void AllReduce(Span<byte> buffer, DType dtype, ReduceOperation operation = ReduceOperation.Sum)
    {
        Reduction.Require(dtype, operation, buffer.Length);
        if (Size > 1)
        {
            AllReduceCore(buffer, dtype, operation);
        }
    }

    /// <summary>Reduces float32 numbers over all members and gives all of them the result.</summary>
    public void AllReduce(Span<float> buffer, ReduceOperation operation = ReduceOperation.Sum) =>
        AllReduce(MemoryMarshal.AsBytes(buffer), DType.F32, operation);

    /// <summary>
    /// Reduces <paramref name="all"/> over all members; each gets the part of the result that is at its place, into
    /// <paramref name="mine"/>.
    /// </summary>
    public void ReduceScatter(
        ReadOnlySpan<byte> all,
        Span<byte> mine,
        DType dtype,
        ReduceOperation operation = ReduceOperation.Sum
    )
    {
        RequireLength(all.Length, (long)mine.Length * Size, nameof(all));
        Reduction.Require(dtype, operation, mine.Length);
        if (Size > 1)
        {
            ReduceScatterCore(all, mine, dtype, operation);
        }
        else
        {
            all.CopyTo(mine);
        }
    }

    /// <summary>
    /// Sends each member its part of <paramref name="send"/>, which lie one after another and have
    /// <paramref name="sendLengths"/> bytes, and receives as many as <paramref name="receiveLengths"/> says from each.
    /// </summary>
    public void AllToAll(
        ReadOnlySpan<byte> send,
        ReadOnlySpan<int> sendLengths,
        Span<byte> receive,
        ReadOnlySpan<int> receiveLengths
    )
    {
        RequireLength(sendLengths.Length, Size, nameof(sendLengths));
        RequireLength(receiveLengths.Length, Size, nameof(receiveLengths));
        RequireLength(send.Length, Sum(sendLengths), nameof(send));
        RequireLength(receive.Length, Sum(receiveLengths), nameof(receive));
        if (Size > 1)
        {
            AllToAllCore(send, sendLengths, receive, receiveLengths);
        }
        else
        {
            send.CopyTo(receive);
        }
    }

    /// <summary>Sends to the member at place <paramref name="to"/>. Messages between two members arrive in order.</summary>
    public void Send(ReadOnlySpan<byte> data, int to)
    {
        RequireOther(to);
        SendCore(data, to);
    }

    /// <summary>Waits for a message of exactly that length from the member at place <paramref name="from"/>.</summary>
    public void Receive(Span<byte> data, int from)
    {
        RequireOther(from);
        ReceiveCore(data, from);
    }

    /// <summary>See <see cref="Barrier"/>; there are several members.</summary>
    protected abstract void BarrierCore();

    /// <summary>See <see cref="Broadcast"/>; there are several members.</summary>
    protected abstract void BroadcastCore(Span<byte> buffer, int root);

    /// <summary>See <see cref="AllGather"/>; there are several members, lengths fit.</summary>
    protected abstract void AllGatherCore(ReadOnlySpan<byte> mine, Span<byte> all);

    /// <summary>See <see cref="AllReduce(Span{byte}, DType, ReduceOperation)"/>; there are several members.</summary>
    protected abstract void AllReduceCore(Span<byte> buffer, DType dtype, ReduceOperation operation);

    /// <summary>See <see cref="ReduceScatter"/>; there are several members, lengths fit.</summary>
    protected abstract void ReduceScatterCore(
        ReadOnlySpan<byte> all,
        Span<byte> mine,
        DType dtype,
        ReduceOperation operation
    );

    /// <summary>See <see cref="AllToAll"/>; there are several members, lengths fit.</summary>
    protected abstract void AllToAllCore(
        ReadOnlySpan<byte> send,
        ReadOnlySpan<int> sendLengths,
        Span<byte> receive,
        ReadOnlySpan<int> receiveLengths
    );

    /// <summary>See <see cref="Send"/>.</summary>
    protected abstract void SendCore(ReadOnlySpan<byte> data, int to);

    /// <summary>See <see cref="Receive"/>.</summary>
    protected abstract void ReceiveCore(Span<byte> data, int from);

    private static long Sum(ReadOnlySpan<int> lengths)
    {
        long sum = 0;
        foreach (int length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengths));
            sum += length;
        }

        return sum;
    }

    private static void RequireLength(long found, long expected, string name)
    {
        if (found != expected)
        {
            throw new ArgumentException($"{name} should have the length {expected}, but has {found}.", name);
        }
    }

    private void RequireMember(int place)
    {
        if (place < 0 || place >= Size)
        {
            throw new ArgumentOutOfRangeException(nameof(place), place, $"The group has the places 0 to {Size - 1}.");
        }
    }

    private void RequireOther(int place)
    {
        RequireMember(place);
        if (place == Rank)
        {
            throw new ArgumentException("A rank cannot exchange messages with itself.", nameof(place));
        }
    }
}
