using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Model;

/// <summary>
/// Every parameter and object of a Megatron model, from its config alone, in the order of its modules. The mapping says
/// how each is made; the two must agree before a byte moves.
/// </summary>
public sealed class ModelTable
{
    private readonly List<ModelEntry> _entries = [];

    private ModelTable() { }

    /// <summary>All parameters and objects.</summary>
    public IReadOnlyList<ModelEntry> Entries => _entries;

    /// <summary>All parameters.</summary>
    public IEnumerable<ModelParameter> Parameters => _entries.OfType<ModelParameter>();

    /// <summary>All objects.</summary>
    public IEnumerable<ModelObject> Objects => _entries.OfType<ModelObject>();

    /// <summary>True when the first expert of a layer stands for all.</summary>
    internal bool IsOutline { get; private init; }

    /// <summary>Lists the parameters of a model.</summary>
    /// <exception cref="LayoutException">The layers do not divide over the pipeline.</exception>
    /// <exception cref="UnsupportedModelException">A part of the model is of a kind that is not known.</exception>
    public static ModelTable Build(ModelProvider provider) => Build(provider, new());

    /// <summary>The same, but of the experts of a layer, which are alike, only the first.</summary>
    /// <exception cref="LayoutException">The layers do not divide over the pipeline.</exception>
    /// <exception cref="UnsupportedModelException">A part of the model is of a kind that is not known.</exception>
    internal static ModelTable Outline(ModelProvider provider) => Build(provider, new() { IsOutline = true });

    private static ModelTable Build(ModelProvider provider, ModelTable table)
    {
        TableScope scope = new(table);
        foreach (ModelPart part in provider.Schema.Parts)
        {
            part(scope, provider);
        }

        return table;
    }

    /// <summary>Refuses sizes over which parameters do not divide, all of them at once; of equal layers and experts, the first is named.</summary>
    /// <exception cref="LayoutException">Some do not.</exception>
    internal void RequireDivision(ParallelSizes sizes)
    {
        List<string> faults =
        [
            .. Parameters
                .Where(parameter => parameter.Expert == 0 && parameter.Axes[^1].Count % sizes.Ep != 0)
                .Select(parameter => ExpertFault(parameter.Axes[^1].Count, sizes))
                .Distinct(),
        ];
        foreach (
            IGrouping<string, ModelParameter> alike in Parameters
                .Where(parameter => ParameterChunk.FaultOf(parameter, sizes) is not null)
                .GroupBy(KindOf)
        )
        {
            int more = alike.Count() - 1;
            faults.Add(
                ParameterChunk.FaultOf(alike.First(), sizes)
                    + (more > 0 ? $" So it is with {more} more of its kind." : "")
            );
        }

        LayoutException.ThrowIfAny(faults);
    }

    /// <summary>The fault of experts that ranks cannot share equally.</summary>
    internal static string ExpertFault(int experts, ParallelSizes sizes) =>
        $"{experts} experts do not divide over {sizes.Ep} expert parallel ranks.";

    // Layers that are not stacked have keys of their own.
    private static string KindOf(ModelParameter parameter)
    {
        int layer = parameter.Layer is int number ? parameter.Key.IndexOf($".{number}.", StringComparison.Ordinal) : -1;
        return layer < 0 ? parameter.Key : parameter.Key[parameter.Key.IndexOf('.', layer + 1)..];
    }

    internal void Add(ModelEntry entry) => _entries.Add(entry);
}
