using System.Buffers;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Questions about the elements of small tensors, answered in small pieces.</summary>
internal static class TensorContents
{
    private const int BlockBytes = 64 << 10;

    /// <summary>True when all bytes are zero.</summary>
    public static bool IsZero(TensorView tensor) => All(tensor, null, (bytes, _) => !bytes.ContainsAnyExcept((byte)0));

    /// <summary>True when two tensors are of one type and shape and have the same bytes.</summary>
    public static bool AreEqual(TensorView left, TensorView right) =>
        ReferenceEquals(left, right)
        || (
            left.DType == right.DType
            && left.Shape == right.Shape
            && All(left, right, (bytes, others) => bytes.SequenceEqual(others))
        );

    private static bool All(
        TensorView left,
        TensorView? right,
        Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> holds
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(2 * BlockBytes);
        try
        {
            for (long offset = 0; offset < left.ByteCount; offset += BlockBytes)
            {
                int count = (int)Math.Min(BlockBytes, left.ByteCount - offset);
                Span<byte> bytes = buffer.AsSpan(0, count);
                Span<byte> others = right is null ? [] : buffer.AsSpan(BlockBytes, count);
                left.Read(offset, bytes);
                right?.Read(offset, others);
                if (!holds(bytes, others))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
