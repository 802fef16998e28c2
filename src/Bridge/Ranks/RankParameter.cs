using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>What one rank has of a parameter: its own name for it, and the pieces that make it up.</summary>
public sealed record RankParameter
{
    private RankParameter() { }

    /// <summary>
    /// The name on the rank, where layers and experts are numbered from 0: <c>decoder.layers.0.mlp.linear_fc1.weight</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The parameter in the whole model.</summary>
    public required ModelParameter Parameter { get; init; }

    /// <summary>The boxes of that parameter that the rank has, one behind the other along the axis of its cut.</summary>
    public required IReadOnlyList<Box> Pieces { get; init; }

    /// <summary>Shape of the pieces together.</summary>
    public required Shape Shape { get; init; }

    /// <summary>True for a copy of a tensor that another rank owns: a tied head, an embedding that prediction layers need.</summary>
    public bool IsCopy { get; init; }

    /// <summary>The rank's part of the <paramref name="whole"/> parameter.</summary>
    public TensorView Cut(TensorView whole) =>
        Pieces.Count == 1
            ? whole.Slice(Pieces[0])
            : TensorViews.Concat(Parameter.Cut.Axis ?? 0, [.. Pieces.Select(piece => whole.Slice(piece))]);

    /// <summary>What a rank at <paramref name="place"/> has of a parameter, which its stage and experts are known to include.</summary>
    /// <exception cref="LayoutException">The parameter does not divide.</exception>
    internal static RankParameter Of(ModelParameter parameter, string name, ParallelSizes sizes, RankPlace place)
    {
        bool isExpert = parameter.Expert is not null;
        int own = isExpert ? place.Etp : place.Tp;
        IReadOnlyList<ParameterChunk> chunks = ParameterChunk.Cut(parameter, sizes);
        int? piece = chunks.Where(chunk => chunk.TpRank <= own).Max(chunk => chunk.TpRank);
        Box[] pieces = [.. chunks.Where(chunk => chunk.TpRank == piece).Select(chunk => chunk.InParameter)];
        Shape shape = parameter.Cut.Axis is int axis
            ? pieces[0].Sizes.With(axis, pieces.Sum(box => box.Sizes[axis]))
            : parameter.Shape;
        return new()
        {
            Name = name,
            Parameter = parameter,
            Pieces = pieces,
            Shape = shape,
        };
    }
}
