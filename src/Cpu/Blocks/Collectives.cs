using System.Runtime.InteropServices;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What ranks do together with matrices of numbers. In a group of one, nothing.</summary>
internal static class Collectives
{
    /// <summary>Adds up a matrix over all ranks.</summary>
    public static void Sum(ProcessGroup group, Matrix numbers)
    {
        if (group.Size > 1)
        {
            group.AllReduce(numbers.Flat);
        }
    }

    /// <summary>
    /// Puts the columns of all ranks side by side: <paramref name="mine"/> <c>[rows, columns]</c>, <paramref name="all"/>
    /// <c>[rows, columns · ranks]</c>.
    /// </summary>
    public static void GatherColumns(ProcessGroup group, Scratch scratch, Matrix mine, Matrix all)
    {
        if (group.Size == 1)
        {
            all.CopyFrom(mine);
            return;
        }

        using Scratch.Frame frame = scratch.Open();
        Matrix gathered = frame.Take(mine.Rows * group.Size, mine.Columns);
        group.AllGather(MemoryMarshal.AsBytes(mine.Flat), MemoryMarshal.AsBytes(gathered.Flat));
        for (int rank = 0; rank < group.Size; rank++)
        {
            all.ColumnRange(rank * mine.Columns, mine.Columns).CopyFrom(gathered.RowRange(rank * mine.Rows, mine.Rows));
        }
    }

    /// <summary>Puts the rows of all ranks one behind the other.</summary>
    public static void GatherRows(ProcessGroup group, Matrix mine, Matrix all) =>
        group.AllGather(MemoryMarshal.AsBytes(mine.Flat), MemoryMarshal.AsBytes(all.Flat));

    /// <summary>Adds up a matrix over all ranks, of which each gets its rows.</summary>
    public static void SumRows(ProcessGroup group, Matrix all, Matrix mine) =>
        group.ReduceScatter(
            MemoryMarshal.AsBytes(all.Flat),
            MemoryMarshal.AsBytes(mine.Flat),
            Storage.Tensors.DType.F32
        );
}
