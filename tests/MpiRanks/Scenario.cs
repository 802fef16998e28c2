using System.Runtime.InteropServices;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.MpiRanks;

/// <summary>What ranks do together, told line by line: the same for processes and for threads.</summary>
internal static class Scenario
{
    /// <summary>The scenario of that name.</summary>
    public static Func<RankWorld, string[]> Named(string name) =>
        name switch
        {
            "collectives" => Collectives,
            "layout" => Layout,
            "messages" => Messages,
            "disagreement" => Disagreement,
            "failure" => Failure,
            _ => throw new ArgumentException($"There is no scenario {name}.", nameof(name)),
        };

    private static string[] Collectives(RankWorld world)
    {
        List<string> lines = [];
        ProcessGroup all = world.All;
        foreach (int length in (int[])[1, 3, 1000, 100_003])
        {
            foreach (DType dtype in (DType[])[DType.F32, DType.F64, DType.BF16, DType.F16, DType.I32, DType.I64])
            {
                foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
                {
                    if (operation == ReduceOperation.Mean && dtype is DType.I32 or DType.I64)
                    {
                        continue;
                    }

                    byte[] values = Values(dtype, length, world.Rank);
                    all.AllReduce(values, dtype, operation);
                    lines.Add($"all-reduce {operation} {dtype} {length}: {Hash(values)}");
                    byte[] parts = Values(dtype, length * all.Size, world.Rank);
                    byte[] part = new byte[parts.Length / all.Size];
                    all.ReduceScatter(parts, part, dtype, operation);
                    lines.Add($"reduce-scatter {operation} {dtype} {length}: {Hash(part)}");
                }
            }

            byte[] mine = Values(DType.I32, length, world.Rank);
            byte[] gathered = new byte[mine.Length * all.Size];
            all.AllGather(mine, gathered);
            lines.Add($"all-gather {length}: {Hash(gathered)}");
            all.Broadcast(mine, all.Size - 1);
            lines.Add($"broadcast {length}: {Hash(mine)}");
        }

        int[] send = [.. Enumerable.Range(0, all.Size).Select(to => 10 * ((world.Rank * 3) + to))];
        int[] receive = [.. Enumerable.Range(0, all.Size).Select(from => 10 * ((from * 3) + world.Rank))];
        byte[] received = new byte[receive.Sum()];
        all.AllToAll([.. Enumerable.Range(0, send.Sum()).Select(i => (byte)(i + world.Rank))], send, received, receive);
        lines.Add($"all-to-all: {Hash(received)}");
        all.Barrier();
        return [.. lines];
    }

    /// <summary>The groups of a layout, each of which adds up the numbers of its ranks.</summary>
    private static string[] Layout(RankWorld world)
    {
        ParallelState state = new(world, new() { Tp = 2, Pp = world.Size / 2 });
        ProcessGroup[] groups = [state.Tensor, state.Pipeline, state.Data, state.Model, state.World];
        return
        [
            .. groups.Select(group =>
            {
                float[] sum = [world.Rank + 1];
                group.AllReduce(sum);
                return $"{string.Join(",", group.Ranks)}: {sum[0]}";
            }),
        ];
    }

    /// <summary>A token that goes round and grows.</summary>
    private static string[] Messages(RankWorld world)
    {
        ProcessGroup all = world.All;
        byte[] token = new byte[all.Size * 1000];
        if (all.Rank > 0)
        {
            all.Receive(token, all.Rank - 1);
        }

        token[all.Rank] = (byte)(all.Rank + 1);
        all.Send(token, (all.Rank + 1) % all.Size);
        if (all.Rank == 0)
        {
            all.Receive(token, all.Size - 1);
        }

        return [Convert.ToHexString(token.AsSpan(0, all.Size))];
    }

    private static string[] Disagreement(RankWorld world)
    {
        try
        {
            world.All.Broadcast(new byte[world.Rank == 1 ? 8 : 4], 0);
            return ["all went well"];
        }
        catch (CollectiveException exception)
        {
            return [exception.GetType().Name];
        }
    }

    private static string[] Failure(RankWorld world)
    {
        if (world.Rank == 1)
        {
            throw new InvalidOperationException("Rank 1 cannot go on.");
        }

        world.All.Barrier(); // without end, if nobody ends it
        return ["all went well"];
    }

    private static byte[] Values(DType dtype, int length, int rank)
    {
        float[] numbers = [.. Enumerable.Range(0, length).Select(i => MathF.Round(100 * MathF.Sin((rank * 31) + i)))];
        return dtype switch
        {
            DType.F32 => Bytes(numbers),
            DType.F64 => Bytes(Array.ConvertAll(numbers, number => (double)number)),
            DType.F16 => Bytes(Array.ConvertAll(numbers, number => (Half)number)),
            DType.BF16 => Bytes(
                Array.ConvertAll(numbers, number => (ushort)(BitConverter.SingleToUInt32Bits(number) >> 16))
            ),
            DType.I32 => Bytes(Array.ConvertAll(numbers, number => (int)number)),
            _ => Bytes(Array.ConvertAll(numbers, number => (long)number)),
        };
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static string Hash(byte[] bytes) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))[..16];
}
