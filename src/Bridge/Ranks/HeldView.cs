using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>
/// A whole parameter as seen by a rank that has a part of it, or nothing: what it has can be cut out and read, the rest has a shape only.
/// </summary>
internal sealed class HeldView(DType dtype, Shape whole, ModelTensor? own) : TensorView(dtype, whole)
{
    /// <inheritdoc/>
    protected override TensorView Cut(Box box)
    {
        long done = 0;
        foreach (Box piece in own?.Place.Pieces ?? [])
        {
            int axis = own!.Place.Parameter.Cut.Axis ?? 0;
            if (piece.Intersect(box) == box)
            {
                Box inPiece = box.RelativeTo(piece);
                return own.View.Slice(new Box(inPiece.Offsets.With(axis, inPiece.Offsets[axis] + done), box.Sizes));
            }

            done += piece.Sizes[axis];
        }

        return new HeldView(DType, box.Sizes, null);
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        if (own is null || own.Shape != Shape)
        {
            throw new InvalidOperationException($"{this} is not on this rank.");
        }

        own.View.Read(offset, destination);
    }
}
