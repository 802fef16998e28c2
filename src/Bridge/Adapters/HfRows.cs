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
        shapes = Shapes(binding, shapes);
        return binding.Part is null
            && (
                binding.Fused is null
                    ? binding.HfNames.All(name => name.EndsWith(".weight", StringComparison.Ordinal))
                    : binding.Parameter.Expert is not null && binding.HfNames.Count == 1
            )
            && shapes.All(shape => shape.Rank == 2 && shape[1] == weight[1])
            && (shapes.Sum(shape => shape[0]) == weight[0] || binding.Mapping is Mapping.Vocab)
            && Rows(binding, [weight[0], 1])
                .Select(shape => Turn(binding, shape))
                .SequenceEqual(shapes.Select(shape => shape.With(1, 1)));
    }

    /// <summary>The shapes that B times A has for each weight, <c>[out, in]</c>, of the shapes of the tensors that hold them.</summary>
    public static IReadOnlyList<Shape> Shapes(Binding binding, IReadOnlyList<Shape> shapes) =>
        binding.Fused is null ? shapes : [.. shapes.Select(shape => Turn(binding, shape.Skip(1)))];

    /// <summary>True when Hugging Face has a packed weight input first, <c>[in, out]</c>.</summary>
    public static bool IsInputFirst(Binding binding) =>
        binding.Fused is not null
        && Rows(binding, [binding.Parameter.Shape[0], 1]).First() is { Rank: 2 } rows
        && rows[1] == binding.Parameter.Shape[0];

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

        IReadOnlyList<TensorView> rows = ToHf(binding, b);
        IReadOnlyList<TensorView>? lengths = magnitude is null
            ? null
            : [.. ToHf(binding, AsColumn(magnitude)).Select(AsVector)];
        return [.. rows.Select((part, i) => (part, lengths?[i]))];
    }

    /// <summary>The rows of the layer, of the rows of its weights.</summary>
    public static TensorView Join(Binding binding, IReadOnlyList<TensorView> parts) =>
        parts[0].Shape.Rank == 1
            ? AsVector(Join(binding, [.. parts.Select(AsColumn)]))
            : binding.Mapping.ToMegatron(binding.Provider, IsInputFirst(binding) ? [.. parts.Select(Turn)] : parts);

    private static IReadOnlyList<TensorView> ToHf(Binding binding, TensorView rows)
    {
        IReadOnlyList<TensorView> parts = binding.Mapping.ToHf(binding.Provider, rows);
        return IsInputFirst(binding) ? [.. parts.Select(Turn)] : parts;
    }

    private static Shape Turn(Binding binding, Shape shape) =>
        shape.Rank == 2 && IsInputFirst(binding) ? [shape[1], shape[0]] : shape;

    private static TensorView Turn(TensorView matrix) => matrix.Permute(1, 0);

    private static IEnumerable<Shape> Rows(Binding binding, Shape shape) =>
        binding.Mapping.ToHf(binding.Provider, new ZeroView(DType.BF16, shape)).Select(view => view.Shape);

    private static TensorView AsColumn(TensorView vector) => vector.Reshape([vector.Shape[0], 1]);

    private static TensorView AsVector(TensorView column) => column.Reshape([column.Shape[0]]);
}
