using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conformance;

/// <summary>Tensors of random bytes.</summary>
internal static class RandomTensors
{
    /// <summary>The element types that torch has: it has none of 6 bits.</summary>
    public static IEnumerable<DType> TorchTypes =>
        Enum.GetValues<DType>().Where(dtype => dtype is not (DType.F6E2M3 or DType.F6E3M2));

    /// <summary>A matrix, an empty tensor and a scalar of each type, by name.</summary>
    public static Dictionary<string, TensorView> OfAllTorchTypes(Random random)
    {
        Dictionary<string, TensorView> tensors = [];
        foreach (DType dtype in TorchTypes)
        {
            tensors.Add($"{dtype}-matrix", Make(dtype, [3, 4], random));
            tensors.Add($"{dtype}-empty", Make(dtype, [3, 0, 2], random));
            if (dtype != DType.F4)
            {
                tensors.Add($"{dtype}-scalar", Make(dtype, [], random));
            }
        }

        return tensors;
    }

    public static MemoryView Make(DType dtype, Shape shape, Random random)
    {
        byte[] bytes = new byte[dtype.ByteCount(shape.ElementCount)!.Value];
        random.NextBytes(bytes);
        if (dtype == DType.Bool)
        {
            bytes.AsSpan().Fill(1);
        }

        return new(dtype, shape, bytes);
    }
}
