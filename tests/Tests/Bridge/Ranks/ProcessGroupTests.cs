using System.Runtime.InteropServices;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class ProcessGroupTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(3, 1000)]
    [InlineData(4, 2)] // fewer elements than ranks
    [InlineData(8, 12_345)]
    public void Every_rank_gets_the_same_sum(int ranks, int length)
    {
        IReadOnlyList<float[]> sums = RankWorld.Run(
            ranks,
            rank =>
            {
                float[] values = [.. Enumerable.Range(0, length).Select(i => Value(rank.Rank, i))];
                rank.All.AllReduce(values);
                return values;
            }
        );
        float[] expected = new float[length];
        for (int rank = 0; rank < ranks; rank++)
        {
            for (int i = 0; i < length; i++)
            {
                expected[i] += Value(rank, i);
            }
        }

        Assert.All(sums, sum => Assert.Equal(expected, sum));

        static float Value(int rank, int i) => MathF.Sin((rank * 31) + i);
    }

    [Theory]
    [InlineData(ReduceOperation.Sum, 15.0)]
    [InlineData(ReduceOperation.Mean, 3.75)]
    [InlineData(ReduceOperation.Max, 8.0)]
    [InlineData(ReduceOperation.Min, 1.0)]
    public void Every_type_is_reduced(ReduceOperation operation, double expected)
    {
        IReadOnlyList<(float, double, Half)> results = RankWorld.Run(
            4,
            rank =>
            {
                float value = 1 << rank.Rank;
                float[] single = [value];
                double[] wide = [value];
                Half[] half = [(Half)value];
                rank.All.AllReduce(MemoryMarshal.AsBytes(single.AsSpan()), DType.F32, operation);
                rank.All.AllReduce(MemoryMarshal.AsBytes(wide.AsSpan()), DType.F64, operation);
                rank.All.AllReduce(MemoryMarshal.AsBytes(half.AsSpan()), DType.F16, operation);
                return (single[0], wide[0], half[0]);
            }
        );
        Assert.All(results, result => Assert.Equal(((float)expected, expected, (Half)expected), result));
    }

    [Fact]
    public void Sixteen_bit_numbers_are_rounded_once()
    {
        // 256 + 1 + 1 in BF16, rounding each time, would stay 256.
        IReadOnlyList<ushort> results = RankWorld.Run(
            3,
            rank =>
            {
                ushort[] value = [rank.Rank == 0 ? (ushort)0x4380 : (ushort)0x3F80];
                rank.All.AllReduce(MemoryMarshal.AsBytes(value.AsSpan()), DType.BF16);
                return value[0];
            }
        );
        Assert.All(results, result => Assert.Equal(0x4381, result));
    }

    [Fact]
    public void Whole_numbers_are_added_but_have_no_mean()
    {
        IReadOnlyList<long> sums = RankWorld.Run(
            2,
            rank =>
            {
                long[] value = [long.MaxValue - 1 - rank.Rank, 0];
                rank.All.AllReduce(MemoryMarshal.AsBytes(value.AsSpan()), DType.I64, ReduceOperation.Min);
                return value[0];
            }
        );
        Assert.Equal([long.MaxValue - 2, long.MaxValue - 2], sums);
        Assert.Throws<ArgumentException>(() =>
            RankWorld.One.All.AllReduce(new byte[8], DType.I64, ReduceOperation.Mean)
        );
    }

    [Fact]
    public void A_reduction_is_scattered_in_the_order_of_the_ranks()
    {
        IReadOnlyList<float[]> parts = RankWorld.Run(
            3,
            rank =>
            {
                float[] all = [.. Enumerable.Range(0, 6).Select(i => (float)(i + (10 * rank.Rank)))];
                float[] mine = new float[2];
                rank.All.ReduceScatter(
                    MemoryMarshal.AsBytes(all.AsSpan()),
                    MemoryMarshal.AsBytes(mine.AsSpan()),
                    DType.F32,
                    ReduceOperation.Mean
                );
                return mine;
            }
        );
        Assert.Equal([10f, 11f, 12f, 13f, 14f, 15f], parts.SelectMany(part => part));
    }

    [Fact]
    public void Gathering_and_broadcasting_give_everybody_the_same()
    {
        IReadOnlyList<(byte[], byte[])> results = RankWorld.Run(
            4,
            rank =>
            {
                byte[] all = new byte[8];
                rank.All.AllGather([(byte)rank.Rank, (byte)(rank.Rank + 100)], all);
                byte[] told = [(byte)rank.Rank];
                rank.All.Broadcast(told, root: 2);
                return (all, told);
            }
        );
        Assert.All(results, result => Assert.Equal([0, 100, 1, 101, 2, 102, 3, 103], result.Item1));
        Assert.All(results, result => Assert.Equal([2], result.Item2));
    }

    [Fact]
    public void Everybody_sends_everybody_another_number_of_bytes()
    {
        // Rank r sends s + 1 bytes of value 10 r + s to rank s.
        IReadOnlyList<byte[]> received = RankWorld.Run(
            3,
            rank =>
            {
                int self = rank.Rank;
                byte[] send =
                [
                    .. Enumerable.Range(0, 3).SelectMany(to => Enumerable.Repeat((byte)((10 * self) + to), to + 1)),
                ];
                byte[] receive = new byte[3 * (self + 1)];
                rank.All.AllToAll(send, [1, 2, 3], receive, [self + 1, self + 1, self + 1]);
                return receive;
            }
        );
        Assert.Equal([0, 10, 20], received[0]);
        Assert.Equal([1, 1, 11, 11, 21, 21], received[1]);
        Assert.Equal([2, 2, 2, 12, 12, 12, 22, 22, 22], received[2]);
    }

    [Fact]
    public void Messages_arrive_in_order()
    {
        IReadOnlyList<int> last = RankWorld.Run(
            4,
            rank =>
            {
                ProcessGroup all = rank.All;
                byte[] token = [0];
                for (int round = 0; round < 50; round++)
                {
                    if (rank.Rank > 0)
                    {
                        all.Receive(token, rank.Rank - 1);
                        Assert.Equal(round + rank.Rank - 1, token[0]);
                    }

                    token[0] = (byte)(round + rank.Rank);
                    if (rank.Rank < 3)
                    {
                        all.Send(token, rank.Rank + 1);
                    }
                }

                return (int)token[0];
            }
        );
        Assert.Equal([49, 50, 51, 52], last);
    }

    [Fact]
    public void Groups_within_the_world_work_side_by_side()
    {
        IReadOnlyList<float> sums = RankWorld.Run(
            8,
            rank =>
            {
                int row = rank.Rank / 4;
                ProcessGroup group = rank.Group([.. Enumerable.Range(row * 4, 4)]);
                float[] value = [rank.Rank];
                for (int i = 0; i < 200; i++)
                {
                    value[0] = rank.Rank;
                    group.AllReduce(value);
                }

                return value[0];
            }
        );
        Assert.Equal([6, 6, 6, 6, 22, 22, 22, 22], sums);
    }

    [Fact]
    public void Ranks_that_call_different_operations_all_learn_who_called_what()
    {
        CollectiveException exception = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(
                2,
                rank =>
                {
                    if (rank.Rank == 0)
                    {
                        rank.All.AllReduce(new float[4]);
                    }
                    else
                    {
                        rank.All.Broadcast(new byte[4], 0);
                    }
                }
            )
        );
        Assert.Equal(
            "The ranks of a group call different operations: rank 0 all-reduce (Sum of F32, 16 bytes), "
                + "rank 1 broadcast (4 bytes from place 0).",
            exception.Message
        );
    }

    [Fact]
    public void The_failure_of_a_rank_is_thrown_and_nobody_waits_for_it()
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() =>
            RankWorld.Run(
                4,
                rank =>
                {
                    if (rank.Rank == 2)
                    {
                        throw new InvalidDataException("no weights");
                    }

                    rank.All.Barrier();
                }
            )
        );
        Assert.Equal("no weights", exception.Message);
    }

    [Fact]
    public void A_rank_that_ends_early_is_named_to_those_who_wait()
    {
        CollectiveException exception = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(
                2,
                rank =>
                {
                    if (rank.Rank == 0)
                    {
                        rank.All.Receive(new byte[1], 1);
                    }
                }
            )
        );
        Assert.Equal("Rank 0 waits for a message, but rank 1 has ended.", exception.Message);
        exception = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(
                2,
                rank =>
                {
                    if (rank.Rank == 1)
                    {
                        rank.All.Barrier();
                    }
                }
            )
        );
        Assert.Equal("Ranks 0, 1 meet for barrier, but rank 0 has ended.", exception.Message);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        ProcessGroup one = RankWorld.One.All;
        Assert.Throws<ArgumentException>(() => one.AllGather(new byte[2], new byte[3]));
        Assert.Throws<ArgumentException>(() => one.AllReduce(new byte[3], DType.F32));
        Assert.Throws<ArgumentException>(() => one.AllToAll(new byte[2], [1], new byte[1], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => one.Broadcast(new byte[1], 1));
        Assert.Throws<ArgumentException>(() => one.Send([1], 0));
        Assert.Throws<ArgumentException>(() => RankWorld.One.Group([1]));
        CollectiveException exception = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(
                2,
                rank =>
                    rank.All.AllToAll(new byte[2], [1, 1], new byte[2 + rank.Rank], rank.Rank == 0 ? [1, 1] : [1, 2])
            )
        );
        Assert.Equal("Rank 1 expects 2 bytes of rank 1, which sends 1.", exception.Message);
    }
}
