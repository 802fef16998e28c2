using MegatronBridge.Conversion;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>The rows of a Megatron layer as rows of its Hugging Face weights: what maps a weight maps what has the same rows.</summary>
internal static class HfRows
{
    /// <summary>True when the mapping only arranges rows: each Hugging Face weight has whole rows of the layer, and has them to itself.</summary>
    public static bool AreWhole(Binding binding, IReadOnlyList<Shape> shapes)
    {
        Shape weight = binding.Parameter.Shape;
        return binding is { Fused: null, Part: null }
            && shapes.All(shape => shape.Rank == 2 && shape[1] == weight[1])
            && binding.HfNames.All(name => name.EndsWith(".weight", StringComparison.Ordinal))
            && (shapes.Sum(shape => shape[0]) == weight[0] || binding.Mapping is Mapping.Vocab)
            && Rows(binding, [weight[0], 1]).SequenceEqual(shapes.Select(shape => shape.With(1, 1)));
    }

    /// <summary>The rows of B, and of a magnitude, for each weight; null when the mapping does not arrange rows only.</summary>
    public static IReadOnlyList<(TensorView B, TensorView? Magnitude)>? Split(
        Binding binding,
        IReadOnlyList<Shape> shapes,
        TensorView b,
        TensorView? magnitude
    )
    {
        if (!AreWhole(binding, shapes))
        {
            return null;
        }

        IReadOnlyList<TensorView> rows = binding.Mapping.ToHf(binding.Provider, b);
        IReadOnlyList<TensorView>? lengths = magnitude is null
            ? null
            : [.. binding.Mapping.ToHf(binding.Provider, AsColumn(magnitude)).Select(AsVector)];
        return [.. rows.Select((part, i) => (part, lengths?[i]))];
    }

    /// <summary>The rows of the layer, of the rows of its weights.</summary>
    public static TensorView Join(Binding binding, IReadOnlyList<TensorView> parts) =>
        parts[0].Shape.Rank == 1
            ? AsVector(Join(binding, [.. parts.Select(AsColumn)]))
            : binding.Mapping.ToMegatron(binding.Provider, parts);

    private static IEnumerable<Shape> Rows(Binding binding, Shape shape) =>
        binding.Mapping.ToHf(binding.Provider, new ZeroView(DType.BF16, shape)).Select(view => view.Shape);

    private static TensorView AsColumn(TensorView vector) => vector.Reshape([vector.Shape[0], 1]);

    private static TensorView AsVector(TensorView column) => column.Reshape([column.Shape[0]]);
}
