using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>
/// Weights of small floats or bytes with a tensor of scales beside them: FP8 with a scale for each block, row or matrix, MXFP8, MXFP4
/// and NVFP4 under the weight's own name, and integers of 8 bits.
/// </summary>
internal static class ScaledCodes
{
    private const int DeepSeekBlock = 128; // where no config says otherwise

    /// <summary>True for the types of which a weight can only consist together with scales.</summary>
    public static bool IsCode(DType dtype) =>
        dtype
            is DType.F8E4M3
                or DType.F8E5M2
                or DType.F8E4M3Fnuz
                or DType.F8E5M2Fnuz
                or DType.F4
                or DType.F6E2M3
                or DType.F6E3M2;

    /// <summary>The weight of that name; null with a fault when its parts do not fit.</summary>
    public static QuantizedTensor? Read(Reading reading, string name)
    {
        TensorView codes = reading.Take(name)!;
        if (codes.DType is DType.F8E4M3Fnuz or DType.F8E5M2Fnuz or DType.F6E2M3 or DType.F6E3M2)
        {
            return reading.Refuse($"{name} {codes} has a type that this version cannot read.");
        }

        string[] found = [.. ScaleNames(name).Where(scale => reading.Find(scale) is not null)];
        if (found.Length != 1)
        {
            Array.ForEach(found, scale => reading.Take(scale));
            return reading.Refuse(
                found.Length == 0
                    ? $"{name} {codes} is quantised, but has no scale ({string.Join(", ", ScaleNames(name))}): its codes mean nothing without one."
                    : $"{name} {codes} has more than one scale: {string.Join(", ", found)}."
            );
        }

        TensorView scales = reading.Take(found[0])!;
        if (Numbers(reading, name, codes, scales) is not { } numbers)
        {
            return null;
        }

        if (numbers.Shape.Rank < 2 || !ScaleGrid.CanScale(scales.DType))
        {
            return reading.Refuse($"{name} {numbers} cannot be scaled by {found[0]} {scales}.");
        }

        if (
            Layouts(reading, name, numbers, scales).FirstOrDefault(l => l.Fits(numbers.Shape, scales.Shape))
            is not { } layout
        )
        {
            IEnumerable<string> expected = Layouts(reading, name, numbers, scales)
                .Select(wanted => $"{wanted.ShapeFor(numbers.Shape)} (one for {wanted.Words})");
            return reading.Refuse(
                $"{found[0]} should have the shape {string.Join(" or ", expected.Distinct())}, the scales of {name} {numbers.Shape}, but has {scales.Shape}."
            );
        }

        return Join(reading, name, [name, found[0]], numbers, layout, scales);
    }

    /// <summary>Joins codes with their scales, and with what scales these or shifts the codes, if it is there.</summary>
    public static QuantizedTensor? Join(
        Reading reading,
        string name,
        List<string> parts,
        TensorView codes,
        ScaleLayout layout,
        TensorView scales
    )
    {
        ScaleGrid grid = layout.Grid(codes.Shape, scales);
        string stem = name.EndsWith(".weight", StringComparison.Ordinal) ? name : $"{name}_weight";
        foreach ((string part, bool divides) in new[] { ($"{stem}_scale_2", false), ($"{stem}_global_scale", true) })
        {
            if (reading.Take(part) is { } factor)
            {
                long matrices = codes.Shape.CountBefore(codes.Shape.Rank - 2);
                if (
                    factor.DType != DType.F32
                    || (factor.Shape.ElementCount != 1 && factor.Shape.ElementCount != matrices)
                )
                {
                    return reading.Refuse(
                        $"{part} should be one number of F32 for each matrix of {name}, but is {factor}."
                    );
                }

                parts.Add(part);
                grid = grid with { Factor = factor.Reshape([factor.Shape.ElementCount]), Divides = divides };
            }
        }

        if (reading.Take($"{stem}_zero_point") is { } zeros)
        {
            if (zeros.Shape != scales.Shape || zeros.DType is not (DType.I8 or DType.U8))
            {
                return reading.Refuse($"{stem}_zero_point should be like {scales.Shape} of I8, but is {zeros}.");
            }

            parts.Add($"{stem}_zero_point");
            grid = grid with { Zeros = zeros.Reshape(grid.Scales.Shape) };
        }

        bool needsFactor = codes is PackedView && scales.DType == DType.F8E4M3;
        return needsFactor && grid.Factor is null
            ? reading.Refuse($"{name} has scales of F8_E4M3, but neither {stem}_scale_2 nor {stem}_global_scale.")
            : new(
                name,
                $"{Words(reading, parts[0])} with a {scales.DType.SafetensorsName()} scale for {layout.Words}",
                parts,
                new DequantizedView(codes, grid, reading.DType)
            )
            {
                Again = Requantization.Of(reading, parts, codes, layout, grid),
            };
    }

    private static string Words(Reading reading, string name)
    {
        DType dtype = reading.Find(name)!.DType;
        return dtype is DType.U8 ? "F4" : dtype.SafetensorsName();
    }

    private static IEnumerable<string> ScaleNames(string name)
    {
        yield return $"{name}_scale_inv";
        yield return $"{name}_scale";
        if (name.EndsWith(".weight", StringComparison.Ordinal))
        {
            yield return $"{name[..^".weight".Length]}.scale";
        }
        else
        {
            yield return $"{name}_weight_scale";
        }
    }

    /// <summary>The codes with a byte for each; null with a fault when nothing tells what bytes stand for.</summary>
    private static TensorView? Numbers(Reading reading, string name, TensorView codes, TensorView scales)
    {
        bool isInteger = codes.DType is DType.I8 or DType.U8;
        string method = reading.Config?.Method ?? "";
        if (!isInteger && codes.DType != DType.F4)
        {
            return codes;
        }

        if (isInteger && method == "compressed-tensors")
        {
            WeightScheme? scheme = reading.Config!.SchemeOf(DequantizedSource.ModuleOf(name));
            if (codes.DType == DType.I8 && scheme is { IsFloat: false, Bits: <= 8 })
            {
                return codes;
            }
        }
        else if (
            PackedView.CanHoldFloats(codes)
            && (scales.DType is DType.F8E8M0 or DType.F8E4M3 || codes.DType is DType.U8 or DType.F4)
        )
        {
            return PackedView.Floats(codes);
        }

        reading.Faults.Add($"{name} {codes} has a scale, but neither config nor types tell what its bytes stand for.");
        return null;
    }

    private static IEnumerable<ScaleLayout> Layouts(Reading reading, string name, TensorView codes, TensorView scales)
    {
        if (codes is PackedView)
        {
            return [ScaleLayout.Group(scales.DType == DType.F8E4M3 ? 16 : 32)];
        }

        QuantizationConfig? config = reading.Config;
        if (config?.SchemeOf(DequantizedSource.ModuleOf(name)) is { } scheme && config.Method == "compressed-tensors")
        {
            return OfScheme(scheme);
        }

        if (config?.BlockSize is { } block)
        {
            return [ScaleLayout.Block(block.Rows, block.Columns)];
        }

        bool isPerMatrix = config?.Json.Has("weight_block_size") == true && !config.Json.IsSet("weight_block_size");
        ScaleLayout[] whole = isPerMatrix ? [ScaleLayout.Matrix] : [ScaleLayout.Matrix, ScaleLayout.Row];
        bool isMx = config?.Method == "mxfp8" || scales.DType == DType.U8;
        return isPerMatrix ? whole
            : isMx ? [ScaleLayout.Group(32)]
            : [.. whole, ScaleLayout.Block(DeepSeekBlock, DeepSeekBlock), ScaleLayout.RowBlock(DeepSeekBlock)];
    }

    /// <summary>What a scheme of compressed-tensors says.</summary>
    public static IEnumerable<ScaleLayout> OfScheme(WeightScheme scheme) =>
        scheme switch
        {
            { Strategy: "tensor" } => [ScaleLayout.Matrix],
            { Strategy: "channel" } => [ScaleLayout.Row],
            { Strategy: "group" or "tensor_group", GroupSize: { } size } => [ScaleLayout.Group(size)],
            { Strategy: "block", Block: { } block } => [ScaleLayout.Block(block.Rows, block.Columns)],
            _ => [],
        };
}
