using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>Which schemes upstream writes again, and so do we: FP8, MXFP4 and the integers of 4 bits of Kimi K2.5.</summary>
internal static class Requantization
{
    /// <summary>What makes the codes and scales of a weight of small floats again, or null.</summary>
    /// <param name="reading">The stored tensors.</param>
    /// <param name="parts">Names of the codes, the scales, and what else there is.</param>
    /// <param name="codes">The codes, a byte each.</param>
    /// <param name="layout">How they share scales.</param>
    /// <param name="grid">The scales, and what shifts the codes or scales the scales.</param>
    public static QuantizedTensor.Requantization? Of(
        Reading reading,
        IReadOnlyList<string> parts,
        TensorView codes,
        ScaleLayout layout,
        ScaleGrid grid
    )
    {
        TensorView stored = reading.Find(parts[0])!;
        CodeForm form = codes is PackedView ? CodeForm.E2M1 : CodeForm.E4M3;
        bool isWritten = codes.DType == DType.F8E4M3 && grid is { Factor: null, Zeros: null } && parts.Count == 2;
        return isWritten ? Of(stored, reading.Find(parts[1])!, parts, form, layout) : null;
    }

    /// <summary>What makes the codes and scales of a weight of integers again, or null.</summary>
    public static QuantizedTensor.Requantization? OfIntegers(
        Reading reading,
        IReadOnlyList<string> parts,
        WeightScheme scheme,
        Shape shape,
        ScaleLayout layout
    )
    {
        bool isWritten = parts.Count == 3 && scheme is { Bits: 4, IsSymmetric: true } && shape[shape.Rank - 1] % 8 == 0;
        if (!isWritten)
        {
            return null;
        }

        TensorView sizes = reading.Find(parts[2])!;
        QuantizedTensor.Requantization both = Of(
            reading.Find(parts[0])!,
            reading.Find(parts[1])!,
            parts,
            CodeForm.Int4,
            layout
        );
        return weight => [.. both(weight), KeyValuePair.Create(parts[2], sizes)];
    }

    private static QuantizedTensor.Requantization Of(
        TensorView codes,
        TensorView scales,
        IReadOnlyList<string> parts,
        CodeForm form,
        ScaleLayout layout
    ) =>
        weight =>
        {
            QuantizedWeight again = new(weight, layout.Rows, layout.Columns, form, codes.DType, scales.DType);
            return
            [
                KeyValuePair.Create(parts[0], again.Codes.Reshape(codes.Shape)),
                KeyValuePair.Create(parts[1], again.Scales.Reshape(scales.Shape)),
            ];
        };
}
