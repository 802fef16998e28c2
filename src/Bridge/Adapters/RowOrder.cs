using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Upstream's files have the rows of some adapters in an order that depends on the tensor parallel ranks of the writer.</summary>
internal static class RowOrder
{
    /// <summary>Rows that are <paramref name="outer"/> blocks of <paramref name="inner"/> blocks each, in the order of the inner blocks.</summary>
    public static TensorView Exchange(TensorView tensor, long outer, long inner)
    {
        long ofBlock = tensor.Shape[0] / (outer * inner) * tensor.Shape.CountFrom(1);
        return ofBlock * outer * inner == tensor.Shape.ElementCount
            ? tensor.Reshape([outer, inner, ofBlock]).Permute(1, 0, 2).Reshape(tensor.Shape)
            : throw new MappingException(
                "The adapters do not fit the layout that their config tells of",
                [$"{tensor.Shape[0]} rows are not {outer} x {inner} equal blocks."]
            );
    }
}
