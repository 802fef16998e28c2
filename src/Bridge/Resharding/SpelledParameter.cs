using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Resharding;

/// <summary>A parameter as a checkpoint stores it: under which keys, behind which stacked dimensions.</summary>
internal sealed record SpelledParameter
{
    private SpelledParameter() { }

    /// <summary>The parameter, in the shape that the target has.</summary>
    public required ModelParameter Parameter { get; init; }

    /// <summary>How the checkpoint spells it.</summary>
    public required ParameterSpelling Spelling { get; init; }

    /// <summary>The tensor under each of the keys, with all layers and experts that share it.</summary>
    public required IReadOnlyList<TensorView> Tensors { get; init; }

    /// <summary>Rows of zeros that the target has behind the stored ones.</summary>
    public required long Padding { get; init; }

    /// <summary>The whole contents of the parameter in the shape that the target has.</summary>
    public required TensorView View { get; init; }

    /// <summary>Finds a parameter. Only a vocabulary may have fewer rows than the target.</summary>
    /// <returns>The parameter, or null with a fault.</returns>
    public static SpelledParameter? Find(ITensorSource checkpoint, ModelParameter parameter, List<string> faults)
    {
        foreach (ParameterSpelling spelling in ParameterSpelling.Of(parameter))
        {
            TensorView?[] tensors = [.. spelling.Keys.Select(checkpoint.Find)];
            if (Array.TrueForAll(tensors, tensor => tensor is not null))
            {
                return Of(parameter, spelling, tensors!, faults);
            }
        }

        faults.Add(
            $"{parameter.Name} {parameter.Shape} is missing; looked for {parameter.Key} and its other spellings."
        );
        return null;
    }

    /// <summary>The pieces of a layout, as parts of the tensors under the checkpoint's own keys.</summary>
    /// <exception cref="LayoutException">The parameter does not divide.</exception>
    public IEnumerable<ParameterChunk> Cut(ParallelSizes sizes)
    {
        Shape index = new([.. Spelling.Axes.Select(axis => (long)axis.Index)]);
        Shape count = new([.. Spelling.Axes.Select(axis => (long)axis.Count)]);
        foreach (ParameterChunk chunk in ParameterChunk.Cut(Parameter, sizes))
        {
            long start = 0;
            foreach ((string key, TensorView tensor) in Spelling.Keys.Zip(Tensors))
            {
                Shape own = Spelling.Keys.Count == 1 ? Parameter.Shape : tensor.Shape.Skip(count.Rank);
                Box held = start == 0 ? Box.Whole(own) : new(new Shape(new long[own.Rank]).With(0, start), own);
                start += own.Rank == 0 ? 0 : own[0];
                Box? part = Spelling.Keys.Count == 1 ? chunk.InParameter : chunk.InParameter.Intersect(held);
                if (part is { } box)
                {
                    Box inTensor = box.RelativeTo(held);
                    yield return chunk with
                    {
                        Key = key,
                        KeyShape = new([.. count, .. own]),
                        InKey = new(
                            new Shape([.. index, .. inTensor.Offsets]),
                            new Shape([.. count.Select(_ => 1L), .. inTensor.Sizes])
                        ),
                        InParameter = box,
                    };
                }
            }
        }
    }

    private static SpelledParameter? Of(
        ModelParameter parameter,
        ParameterSpelling spelling,
        IReadOnlyList<TensorView> tensors,
        List<string> faults
    )
    {
        Shape front = new([.. spelling.Axes.Select(axis => (long)axis.Count)]);
        foreach ((string key, TensorView tensor) in spelling.Keys.Zip(tensors))
        {
            bool fits =
                tensor.Shape.Rank == front.Rank + parameter.Shape.Rank
                && tensor.Shape.AsSpan()[..front.Rank].SequenceEqual(front.AsSpan())
                && (parameter.Shape.Rank == 0 || tensor.Shape.Skip(front.Rank + 1) == parameter.Shape.Skip(1));
            if (!fits)
            {
                faults.Add(
                    $"{key} has the shape {tensor.Shape}, but {parameter.Name} {parameter.Shape} should lie in it behind dimensions {front}."
                );
                return null;
            }
        }

        TensorView view = TensorViews.Concat(
            0,
            [.. tensors.Select(tensor => spelling.Axes.Aggregate(tensor, (part, axis) => part.Index(axis.Index)))]
        );
        bool isVocabulary = Checkpoints.CheckpointWeights.IsVocabulary(parameter.Name) && tensors.Count == 1;
        long padding = view.Shape.Rank == 0 ? 0 : parameter.Shape[0] - view.Shape[0];
        if (padding != 0 && !(isVocabulary && padding > 0))
        {
            faults.Add($"{parameter.Name} should have the shape {parameter.Shape}, but has {view.Shape}.");
            return null;
        }

        return new()
        {
            Parameter = parameter,
            Spelling = spelling,
            Tensors = tensors,
            Padding = padding,
            View = padding == 0 ? view : view.PadTo(0, parameter.Shape[0]),
        };
    }
}
