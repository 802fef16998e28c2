using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>
/// Finds the parameters of a model in a checkpoint, in whatever spelling it was written: layers stacked or one by one,
/// experts stacked or one by one, norms fused or separate, gated layers whole or in two.
/// </summary>
public sealed class CheckpointParameters(ITensorSource checkpoint) : IParameterSource
{
    private readonly HashSet<string> _used = [];

    /// <summary>Keys that no parameter was found under so far.</summary>
    public IEnumerable<string> Unused => checkpoint.Names.Where(name => !_used.Contains(name));

    /// <summary>
    /// The contents of <paramref name="parameter"/>, or null when no spelling of it is there. The number of its rows is the
    /// checkpoint's, which may pad a vocabulary differently.
    /// </summary>
    /// <exception cref="BadFileException">It is there but not of the shape that the model has.</exception>
    public TensorView? Find(ModelParameter parameter)
    {
        foreach (ParameterSpelling spelling in ParameterSpelling.Of(parameter))
        {
            TensorView?[] parts = [.. spelling.Keys.Select(checkpoint.Find)];
            if (Array.TrueForAll(parts, part => part is not null))
            {
                lock (_used)
                {
                    _used.UnionWith(spelling.Keys); // ranks that are threads ask at once
                }

                return TensorViews.Concat(
                    0,
                    [.. parts.Zip(spelling.Keys, (part, key) => Take(parameter, spelling, part!, key))]
                );
            }
        }

        return null;
    }

    /// <summary>Takes the parameter's place along the stacked dimensions.</summary>
    private static TensorView Take(ModelParameter parameter, ParameterSpelling spelling, TensorView tensor, string key)
    {
        Shape front = new([.. spelling.Axes.Select(axis => (long)axis.Count)]);
        bool fits =
            tensor.Shape.Rank == front.Rank + parameter.Shape.Rank
            && tensor.Shape.AsSpan()[..front.Rank].SequenceEqual(front.AsSpan());
        if (!fits)
        {
            throw new BadFileException(
                key,
                $"the tensor has the shape {tensor.Shape}, but {parameter.Name} {parameter.Shape} should lie in it behind "
                    + $"dimensions {front} for layers and experts."
            );
        }

        foreach (StackAxis axis in spelling.Axes)
        {
            tensor = tensor.Index(axis.Index);
        }

        return tensor;
    }
}
