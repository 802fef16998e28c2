using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>
/// MXFP4 as GPT-OSS stores its experts: <c>X_blocks</c> <c>[experts, outputs, groups, 16]</c>, two numbers to a byte, and
/// <c>X_scales</c> <c>[experts, outputs, groups]</c>; together X <c>[experts, inputs, outputs]</c>, which is the order without quantization.
/// </summary>
internal static class MxBlocks
{
    /// <summary>What the name of the codes ends with.</summary>
    public const string Suffix = "_blocks";

    private const int BlockBytes = 16;

    /// <summary>True for the codes of such a weight.</summary>
    public static bool IsIt(Reading reading, string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal)
        && (reading.Config?.Method == "mxfp4" || reading.Find(ScalesOf(name)) is not null);

    /// <summary>The weight that the codes stand for; null with a fault when its parts do not fit.</summary>
    public static QuantizedTensor? Read(Reading reading, string codesName)
    {
        TensorView blocks = reading.Take(codesName)!;
        if (reading.Require(ScalesOf(codesName), codesName) is not { } scales)
        {
            return null;
        }

        Shape shape = blocks.Shape;
        if (blocks.DType != DType.U8 || shape.Rank != 4 || shape[3] != BlockBytes)
        {
            return reading.Refuse(
                $"{codesName} should be U8 [experts, outputs, groups, {BlockBytes}], but is {blocks}."
            );
        }

        if (scales.DType is not (DType.U8 or DType.F8E8M0) || scales.Shape != [shape[0], shape[1], shape[2]])
        {
            return reading.Refuse(
                $"{ScalesOf(codesName)} should be U8 [{shape[0]}, {shape[1]}, {shape[2]}], one for each block of {codesName}, but is {scales}."
            );
        }

        TensorView codes = PackedView.Floats(blocks.Reshape([shape[0], shape[1], checked(shape[2] * BlockBytes)]));
        ScaleGrid grid = ScaleLayout.Group(2 * BlockBytes).Grid(codes.Shape, scales);
        return new(
            codesName[..^Suffix.Length],
            $"F4 with a {scales.DType.SafetensorsName()} scale for {2 * BlockBytes}",
            [codesName, ScalesOf(codesName)],
            new DequantizedView(codes, grid, reading.DType).Permute(0, 2, 1)
        );
    }

    private static string ScalesOf(string name) => $"{name[..^Suffix.Length]}_scales";
}
