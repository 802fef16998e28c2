using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

/// <summary>A weight of a Hugging Face model, as it is exported.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tensor">Its contents, to be read before the next weight is asked for; a rank's part of them where weights are distributed.</param>
public readonly record struct HfWeight(string Name, TensorView Tensor)
{
    /// <summary>Shape of the whole tensor.</summary>
    public Shape WholeShape { get; init; } = Tensor.Shape;

    /// <summary>
    /// Where <see cref="Tensor"/> lies in the whole: one box, or several that stand one behind the other along the dimension in which they
    /// differ.
    /// </summary>
    public IReadOnlyList<Box> Pieces { get; init; } = [Box.Whole(Tensor.Shape)];

    /// <summary>For example <c>model.norm.weight BF16 [64]</c>.</summary>
    public override string ToString() => $"{Name} {Tensor}";
}
