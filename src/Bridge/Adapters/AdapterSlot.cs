using MegatronBridge.Conversion;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>A place where Megatron has an adapter: beside a linear layer, or beside one projection of a fused one.</summary>
/// <param name="Binding">The weight of the layer.</param>
/// <param name="Part">Which projection, such as <c>adapter_q</c>; null for all of the layer.</param>
/// <param name="Rows">Rows of B.</param>
internal sealed record AdapterSlot(Binding Binding, string? Part, long Rows)
{
    private const string WeightSuffix = ".weight";

    private static readonly string[] QkvParts = ["adapter_q", "adapter_k", "adapter_v"];
    private static readonly string[] GatedParts = ["adapter_gate", "adapter_up"];

    /// <summary>Name of the layer, without number of an expert: <c>decoder.layers.3.mlp.experts.linear_fc1</c>.</summary>
    public string Module => ModuleOf(Binding.Parameter.Name);

    /// <summary>True for a gate or an up projection, or both, whose rows Megatron cuts in two halves.</summary>
    public bool IsHalved => Part is null ? Binding.Parameter.Cut.Parts.Count == 2 : IsGated(Binding);

    /// <summary>True when ranks share the columns of the weight.</summary>
    public bool IsRowParallel => Binding.Parameter.Cut.Axis == 1;

    /// <summary>True when a layer may be adapted: it multiplies by this weight, and is more than a table to look up.</summary>
    public static bool IsAdaptable(Binding binding) =>
        binding.Parameter.Shape.Rank == 2
        && binding.Parameter.Key.EndsWith(WeightSuffix, StringComparison.Ordinal)
        && !binding.Parameter.Key.Contains("embedding", StringComparison.Ordinal);

    /// <summary>The adapter of the whole layer.</summary>
    public static AdapterSlot Whole(Binding binding) => new(binding, null, binding.Parameter.Shape[0]);

    /// <summary>Those of its projections, in the order of its Hugging Face weights; none where it is not fused, or of experts.</summary>
    public static IReadOnlyList<AdapterSlot> Parts(Binding binding)
    {
        if (binding.Parameter.Expert is not null || PartNames(binding) is not { } names)
        {
            return [];
        }

        return [.. names.Zip(binding.HfShapes(), (name, shape) => new AdapterSlot(binding, name, shape[0]))];
    }

    /// <summary>The parameter A for a rank.</summary>
    public ModelParameter A(int rank) =>
        Parameter("linear_in.weight", [rank, Binding.Parameter.Shape[1]], CutOfA(Binding.Parameter));

    /// <summary>The parameter B for a rank.</summary>
    public ModelParameter B(int rank) => Parameter("linear_out.weight", [Rows, rank], CutOfB());

    /// <summary>The parameter with the magnitudes of the rows.</summary>
    public ModelParameter Magnitude() =>
        Parameter("weight_magnitude", [Rows], Binding.Parameter.Cut.Axis == 0 ? Cut.Rows : Cut.Replicated);

    /// <summary>How ranks share A beside a weight.</summary>
    public static Cut CutOfA(ModelParameter weight) => weight.Cut.Axis == 1 ? Cut.Columns : RowsUnlessWhole(weight);

    /// <summary>How ranks share B beside all of a weight.</summary>
    public static Cut CutOfB(ModelParameter weight) =>
        weight.Cut.Axis switch
        {
            1 => Cut.Rows,
            0 => weight.Cut,
            _ => RowsUnlessWhole(weight),
        };

    // Layers that every rank has whole, but for routers and those of latent attention, which upstream adapts as if ranks shared their rows.
    private static Cut RowsUnlessWhole(ModelParameter weight) =>
        weight.Cut.Axis == 0
        || ModuleOf(weight.Key) is var module
            && (
                module.EndsWith("_down_proj", StringComparison.Ordinal)
                || module.EndsWith(".router", StringComparison.Ordinal)
            )
            ? Cut.Rows
            : Cut.Replicated;

    private static bool IsGated(Binding binding) => binding is { Mapping: Gated, Parameter.Cut.Parts.Count: 2 };

    private static string[]? PartNames(Binding binding) =>
        binding.Mapping is Qkv ? QkvParts
        : IsGated(binding) ? GatedParts
        : null;

    private static string ModuleOf(string name) => name[..name.LastIndexOf(WeightSuffix, StringComparison.Ordinal)];

    private Cut CutOfB() =>
        Part is null || IsRowParallel ? CutOfB(Binding.Parameter)
        : IsHalved ? Cut.RowParts(new CutPart(Rows / 2), new CutPart(Rows - (Rows / 2)))
        : RowsUnlessWhole(Binding.Parameter);

    private ModelParameter Parameter(string name, Shape shape, Cut cut)
    {
        string suffix = Part is null ? $".adapter.{name}" : $".adapter.{Part}.{name}";
        return Binding.Parameter with
        {
            Name = ModuleOf(Binding.Parameter.Name) + suffix + Binding.Parameter.Expert,
            Key = ModuleOf(Binding.Parameter.Key) + suffix,
            Shape = shape,
            Cut = cut,
            DType = null,
        };
    }
}
