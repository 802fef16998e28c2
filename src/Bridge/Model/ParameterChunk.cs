using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>The piece of a parameter that one tensor parallel rank has: the unit in which a checkpoint stores it.</summary>
public sealed record ParameterChunk
{
    /// <summary>The parameter.</summary>
    public required ModelParameter Parameter { get; init; }

    /// <summary>Key of the tensor in the checkpoint.</summary>
    public required string Key { get; init; }

    /// <summary>Shape of that whole tensor.</summary>
    public required Shape KeyShape { get; init; }

    /// <summary>Where the piece lies in that tensor; 1 in each dimension that stacks layers or experts.</summary>
    public required Box InKey { get; init; }

    /// <summary>Where the piece lies in the parameter.</summary>
    public required Box InParameter { get; init; }

    /// <summary>The (first) tensor parallel rank that has it, or null when all have.</summary>
    public required int? TpRank { get; init; }

    /// <summary>Cuts a parameter, parts first, as Megatron stores it; or says why it does not divide.</summary>
    /// <exception cref="LayoutException">It does not divide.</exception>
    public static IReadOnlyList<ParameterChunk> Cut(ModelParameter parameter, ParallelSizes sizes)
    {
        if (parameter.Cut.Axis is not int axis)
        {
            return [One(parameter, parameter.Key, parameter.Shape, 0, Box.Whole(parameter.Shape), null)];
        }

        if (FaultOf(parameter, sizes) is { } fault)
        {
            throw new LayoutException(fault);
        }

        List<ParameterChunk> chunks = [];
        (int ranks, int pieces) = PiecesOf(parameter, sizes);
        for (int piece = 0; piece < pieces; piece++)
        {
            long start = 0;
            foreach (CutPart part in PartsOf(parameter, axis))
            {
                long rows = part.Rows / pieces;
                Box inParameter = new(
                    new Shape(new long[parameter.Shape.Rank]).With(axis, start + (piece * rows)),
                    parameter.Shape.With(axis, rows)
                );
                bool isOwnKey = part.Suffix is not null;
                chunks.Add(
                    One(
                        parameter,
                        isOwnKey ? $"{parameter.Key}.{part.Suffix}" : parameter.Key,
                        isOwnKey ? parameter.Shape.With(axis, part.Rows) : parameter.Shape,
                        isOwnKey ? start : 0,
                        inParameter,
                        piece * (ranks / pieces)
                    )
                );
                start += part.Rows;
            }
        }

        return chunks;
    }

    /// <summary>How many elements of a parameter a rank has.</summary>
    /// <exception cref="LayoutException">It does not divide.</exception>
    internal static long ElementsOfRank(ModelParameter parameter, ParallelSizes sizes) =>
        FaultOf(parameter, sizes) is { } fault ? throw new LayoutException(fault)
        : parameter.Cut.Axis is null ? parameter.Shape.ElementCount
        : parameter.Shape.ElementCount / PiecesOf(parameter, sizes).Pieces;

    /// <summary>Why a parameter does not divide, or null when it does.</summary>
    internal static string? FaultOf(ModelParameter parameter, ParallelSizes sizes)
    {
        if (parameter.Cut.Axis is not int axis)
        {
            return null;
        }

        (int ranks, int pieces) = PiecesOf(parameter, sizes);
        if (ranks % pieces != 0)
        {
            return $"{parameter.Name} has {pieces} pieces, which {ranks} tensor parallel ranks cannot share equally.";
        }

        foreach (CutPart part in PartsOf(parameter, axis))
        {
            if (part.Rows % pieces != 0)
            {
                return $"{parameter.Name} has {part.Rows} {(axis == 0 ? "rows" : "columns")}, which {pieces} "
                    + $"{(parameter.Expert is null ? "tensor" : "expert tensor")} parallel ranks cannot share equally.";
            }
        }

        return null;
    }

    private static (int Ranks, int Pieces) PiecesOf(ModelParameter parameter, ParallelSizes sizes)
    {
        int ranks = parameter.Expert is null ? sizes.Tp : sizes.Etp;
        return (ranks, Math.Min(ranks, parameter.Cut.MostPieces ?? ranks));
    }

    private static IReadOnlyList<CutPart> PartsOf(ModelParameter parameter, int axis) =>
        parameter.Cut.Parts.Count > 0 ? parameter.Cut.Parts : [new CutPart(parameter.Shape[axis])];

    private static ParameterChunk One(
        ModelParameter parameter,
        string key,
        Shape shape,
        long keyStart, // the row of the parameter where the tensor called key begins
        Box inParameter,
        int? tpRank
    )
    {
        Shape offsets =
            keyStart == 0 ? inParameter.Offsets : inParameter.Offsets.With(0, inParameter.Offsets[0] - keyStart);
        return new()
        {
            Parameter = parameter,
            Key = key,
            KeyShape = Front(parameter, axis => axis.Count, shape),
            InKey = new(Front(parameter, axis => axis.Index, offsets), Front(parameter, _ => 1, inParameter.Sizes)),
            InParameter = inParameter,
            TpRank = tpRank,
        };
    }

    private static Shape Front(ModelParameter parameter, Func<StackAxis, long> size, Shape rest)
    {
        IReadOnlyList<StackAxis> axes = parameter.Axes;
        if (axes.Count == 0)
        {
            return rest;
        }

        Span<long> sizes = stackalloc long[axes.Count + rest.Rank];
        for (int axis = 0; axis < axes.Count; axis++)
        {
            sizes[axis] = size(axes[axis]);
        }

        rest.AsSpan().CopyTo(sizes[axes.Count..]);
        return new(sizes);
    }
}
