using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>What each rank of a layout writes of a planned model, in the order of the model's modules.</summary>
public sealed class MegatronShards
{
    private MegatronShards(IReadOnlyList<RankShards> ranks) => Ranks = ranks;

    /// <summary>All ranks, those with nothing to write included.</summary>
    public IReadOnlyList<RankShards> Ranks { get; }

    /// <summary>Cuts the parameters of <paramref name="plan"/> and gives each piece, and each object, to a rank.</summary>
    /// <exception cref="LayoutException">Some parameters do not divide.</exception>
    public static MegatronShards Of(ImportPlan plan, ParallelSizes sizes)
    {
        Dictionary<string, TensorView> views = plan.Parameters.ToDictionary(
            parameter => parameter.Binding.Parameter.Name,
            parameter => parameter.View
        );
        return Of(plan.Table, parameter => views[parameter.Name], sizes);
    }

    /// <summary>Cuts the parameters of <paramref name="table"/>, whose contents <paramref name="view"/> tells, in the same way.</summary>
    /// <exception cref="LayoutException">Some parameters do not divide.</exception>
    public static MegatronShards Of(ModelTable table, Func<ModelParameter, TensorView> view, ParallelSizes sizes)
    {
        try
        {
            return Of(Items(table, view, sizes), sizes);
        }
        catch (LayoutException)
        {
            table.RequireDivision(sizes); // tells all that does not divide, not the first
            throw;
        }
    }

    private static List<ShardItem> Items(ModelTable table, Func<ModelParameter, TensorView> view, ParallelSizes sizes)
    {
        List<ShardItem> items = [];
        foreach (ModelEntry entry in table.Entries)
        {
            if (entry is not ModelParameter parameter)
            {
                items.Add(new PlannedObject((ModelObject)entry));
                continue;
            }

            TensorView whole = view(parameter);
            foreach (ParameterChunk chunk in ParameterChunk.Cut(parameter, sizes))
            {
                items.Add(PlannedChunk.Of(chunk, whole));
            }
        }

        return items;
    }

    /// <summary>Gives each of some items to a rank.</summary>
    internal static MegatronShards Of(IReadOnlyList<ShardItem> items, ParallelSizes sizes)
    {
        RankGrid grid = new(sizes);
        int[] writers = ShardAssignment.Assign(grid, items);
        ILookup<int, ShardItem> ofRank = items.Index().ToLookup(entry => writers[entry.Index], entry => entry.Item);
        return new([.. grid.Ranks.Select(rank => new RankShards(rank, [.. ofRank[rank]]))]);
    }
}
