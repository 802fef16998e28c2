using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>A box of a tensor that a rank saves.</summary>
public sealed record TensorChunk : SaveItem
{
    /// <summary>Saves <paramref name="view"/> as the elements <paramref name="box"/> of a tensor.</summary>
    /// <param name="key">The tensor's name; chunks of one key are saved one after the other.</param>
    /// <param name="shape">Shape of the whole tensor, for example <c>[layers, 2 * ffn, hidden]</c>.</param>
    /// <param name="box">Which elements of it, for example <c>[3, 0, 0]+[1, ffn, hidden]</c>.</param>
    /// <param name="view">The elements, as many as the box has; leading dimensions of 1 may be left out.</param>
    /// <param name="isStacked">
    /// True when the outermost dimensions only number layers or experts. Megatron saves such tensors in another way,
    /// which shows in the index, though not in the data.
    /// </param>
    public TensorChunk(string key, Shape shape, Box box, TensorView view, bool isStacked)
        : base(key)
    {
        if (!box.IsInside(shape) || view.Shape.ElementCount != box.Sizes.ElementCount)
        {
            throw new ArgumentException($"{view} is no chunk {box} of {key} {shape}.", nameof(box));
        }

        Shape = shape;
        Box = box;
        View = view.Reshape(box.Sizes);
        IsStacked = isStacked;
    }

    /// <summary>Shape of the whole tensor.</summary>
    public Shape Shape { get; }

    /// <summary>Which elements of it are saved.</summary>
    public Box Box { get; }

    /// <summary>The elements, with the sizes of the box.</summary>
    public TensorView View { get; }

    /// <summary>True when the outermost dimensions only number layers or experts.</summary>
    public bool IsStacked { get; }
}
