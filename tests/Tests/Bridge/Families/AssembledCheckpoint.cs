using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>
/// The tensors of a checkpoint, put together in memory from what each rank of a layout would write. Every element must be
/// written exactly once. Those of towers of released size are left hollow.
/// </summary>
public sealed class AssembledCheckpoint : ITensorSource
{
    private const long LargestToAssemble = 1 << 22; // elements

    private readonly Dictionary<string, TensorView> _tensors = [];
    private readonly HashSet<string> _hollow = [];

    public AssembledCheckpoint(ImportPlan plan, ParallelSizes sizes)
    {
        IEnumerable<PlannedChunk> chunks = MegatronShards
            .Of(plan, sizes)
            .Ranks.SelectMany(rank => rank.Items)
            .OfType<PlannedChunk>();
        foreach (IGrouping<string, PlannedChunk> key in chunks.GroupBy(chunk => chunk.Chunk.Key))
        {
            PlannedChunk any = key.First();
            if (any.Chunk.KeyShape.ElementCount > LargestToAssemble)
            {
                _tensors.Add(key.Key, new ZeroView(any.View.DType, any.Chunk.KeyShape));
                _hollow.Add(key.Key);
            }
            else
            {
                _tensors.Add(key.Key, Assemble(key));
            }
        }
    }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>Tensors too large to be put together: they have a type and a shape, but only zeros in them.</summary>
    public IReadOnlySet<string> Hollow => _hollow;

    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    private static MemoryView Assemble(IGrouping<string, PlannedChunk> key)
    {
        Shape shape = Assert.Single(key.Select(chunk => chunk.Chunk.KeyShape).Distinct());
        DType dtype = Assert.Single(key.Select(chunk => chunk.View.DType).Distinct());
        int itemBytes = dtype.BitCount() / 8;
        byte[] bytes = new byte[shape.ElementCount * itemBytes];
        bool[] written = new bool[shape.ElementCount];
        long[] strides = shape.RowMajorStrides();
        foreach (PlannedChunk chunk in key)
        {
            Box box = chunk.Chunk.InKey;
            byte[] part = chunk.View.ToArray();
            if (shape.Rank == 0)
            {
                part.CopyTo(bytes, 0);
                written[0] = true;
                continue;
            }

            int run = (int)box.Sizes[box.Sizes.Rank - 1]; // elements that lie together on both sides
            for (int done = 0; done < box.Sizes.ElementCount; done += run)
            {
                long rest = done / run;
                long target = box.Offsets[shape.Rank - 1];
                for (int axis = shape.Rank - 2; axis >= 0; axis--)
                {
                    (rest, long index) = Math.DivRem(rest, box.Sizes[axis]);
                    target += (box.Offsets[axis] + index) * strides[axis];
                }

                Span<bool> marks = written.AsSpan((int)target, run);
                Assert.False(marks.Contains(true), $"{key.Key}: elements from {target} on are written twice.");
                marks.Fill(true);
                part.AsSpan(done * itemBytes, run * itemBytes).CopyTo(bytes.AsSpan((int)target * itemBytes));
            }
        }

        Assert.False(written.AsSpan().Contains(false), $"{key.Key} has elements that nobody writes.");
        return new(dtype, shape, bytes);
    }
}
