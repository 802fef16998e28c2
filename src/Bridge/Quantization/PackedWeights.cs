using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>
/// <c>weight_packed</c> of compressed-tensors: integers of a few bits in words of 32 (Kimi K2.5), or floats of 4 bits, two to a byte
/// (MXFP4 as of Kimi K3, NVFP4).
/// </summary>
internal static class PackedWeights
{
    /// <summary>What the name of the codes ends with.</summary>
    public const string Suffix = ".weight_packed";

    /// <summary>The weight that the codes stand for; null with a fault when its parts do not fit.</summary>
    public static QuantizedTensor? Read(Reading reading, string codesName)
    {
        string name = codesName[..^"_packed".Length];
        TensorView packed = reading.Take(codesName)!;
        if (reading.Require($"{name}_scale", codesName) is not { } scales)
        {
            return null;
        }

        if (packed.Shape.Rank < 2 || !ScaleGrid.CanScale(scales.DType))
        {
            return reading.Refuse($"{codesName} {packed} cannot be scaled by {name}_scale {scales}.");
        }

        return packed.DType switch
        {
            _ when PackedView.CanHoldFloats(packed) => Floats(
                reading,
                name,
                codesName,
                PackedView.Floats(packed),
                scales
            ),
            DType.I32 => Integers(reading, name, codesName, packed, scales),
            _ => reading.Refuse($"{codesName} {packed} should be of I32 or U8."),
        };
    }

    private static QuantizedTensor? Floats(
        Reading reading,
        string name,
        string codesName,
        TensorView codes,
        TensorView scales
    )
    {
        ScaleLayout layout = ScaleLayout.Group(scales.DType == DType.F8E4M3 ? 16 : 32);
        return layout.Fits(codes.Shape, scales.Shape)
            ? ScaledCodes.Join(reading, name, [codesName, $"{name}_scale"], codes, layout, scales)
            : reading.Refuse(Misfit(name, codes.Shape, layout, scales.Shape));
    }

    private static QuantizedTensor? Integers(
        Reading reading,
        string name,
        string codesName,
        TensorView packed,
        TensorView scales
    )
    {
        WeightScheme? scheme = reading.Config?.SchemeOf(DequantizedSource.ModuleOf(name));
        if (scheme is null or { IsFloat: true } or { Bits: < 1 or > 8 })
        {
            return reading.Refuse(
                $"{codesName} {packed} holds integers, but quantization_config does not tell of how many bits (config_groups, num_bits)."
            );
        }

        if (Shape(reading, name, codesName, packed, scheme.Bits) is not { } shape)
        {
            return null;
        }

        if (ScaledCodes.OfScheme(scheme).FirstOrDefault() is not { } layout)
        {
            return reading.Refuse(
                $"{codesName} is quantised by the strategy '{scheme.Strategy}', which integers do not have."
            );
        }

        if (!layout.Fits(shape, scales.Shape))
        {
            return reading.Refuse(Misfit(name, shape, layout, scales.Shape));
        }

        int rank = shape.Rank;
        List<string> parts = [codesName, $"{name}_scale", $"{name}_shape"];
        ScaleGrid grid = layout.Grid(shape, scales) with { Zero = 1 << (scheme.Bits - 1) };
        if (ZeroPoints(reading, name, scheme, shape, layout, parts) is not { } zeroed)
        {
            return null;
        }

        grid = zeroed(grid);
        if (!TakeOrder(reading, name, shape[rank - 1], scales.Shape[rank - 1], parts, ref grid))
        {
            return null;
        }

        return new(
            name,
            $"integers of {scheme.Bits} bits with a {scales.DType.SafetensorsName()} scale for {layout.Words}",
            parts,
            new DequantizedView(PackedView.Integers(packed, shape[rank - 1], scheme.Bits), grid, reading.DType)
        )
        {
            Again = Requantization.OfIntegers(reading, parts, scheme, shape, layout),
        };
    }

    private static Shape? Shape(Reading reading, string name, string codesName, TensorView packed, int bits)
    {
        int rank = packed.Shape.Rank;
        if (
            reading.Require($"{name}_shape", codesName) is null
            || reading.Integers($"{name}_shape", 8) is not { } sizes
        )
        {
            return null;
        }

        long columns = sizes.Length == 0 ? -1 : sizes[^1];
        bool fits =
            sizes.Length == rank
            && sizes.AsSpan(0, rank - 1).SequenceEqual(packed.Shape.AsSpan()[..(rank - 1)])
            && columns is > 0 and <= int.MaxValue
            && packed.Shape[rank - 1] == ((columns * bits) + 31) / 32;
        if (!fits)
        {
            reading.Faults.Add(
                $"{name}_shape says [{string.Join(", ", sizes)}], but {codesName} {packed} does not hold that in {bits} bits each."
            );
            return null;
        }

        return packed.Shape.With(rank - 1, columns);
    }

    /// <summary>How zero points change the grid; null with a fault when they do not fit.</summary>
    private static Func<ScaleGrid, ScaleGrid>? ZeroPoints(
        Reading reading,
        string name,
        WeightScheme scheme,
        Shape shape,
        ScaleLayout layout,
        List<string> parts
    )
    {
        string part = $"{name}_zero_point";
        if (reading.Take(part) is not { } zeros)
        {
            if (scheme.IsSymmetric)
            {
                return grid => grid;
            }

            reading.Faults.Add($"{name} is quantised around zero points (symmetric is false), but {part} is missing.");
            return null;
        }

        parts.Add(part);
        Shape expected = layout.ShapeFor(shape);
        if (zeros.DType == DType.I8 && zeros.Shape == expected)
        {
            return grid => grid with { Zeros = zeros.Reshape(grid.Scales.Shape) };
        }

        // Packed along the rows, shifted to be positive as the codes are.
        int bits = scheme.Bits;
        Shape packed = [((expected[0] * bits) + 31) / 32, expected[expected.Rank - 1]];
        if (zeros.DType == DType.I32 && expected.Rank == 2 && zeros.Shape == packed)
        {
            TensorView codes = PackedView.Integers(zeros.Permute(1, 0), expected[0], bits).Permute(1, 0);
            return grid => grid with { Zeros = codes.Reshape(grid.Scales.Shape), Zero = 0 };
        }

        reading.Faults.Add($"{part} should be I32 {packed} or I8 {expected}, but is {zeros}.");
        return null;
    }

    /// <summary>Takes the list of which column belongs to which group, where there is one; -1 in it means that there is none.</summary>
    private static bool TakeOrder(
        Reading reading,
        string name,
        long columns,
        long groups,
        List<string> parts,
        ref ScaleGrid grid
    )
    {
        string part = $"{name}_g_idx";
        if (reading.Take(part) is null)
        {
            return true;
        }

        parts.Add(part);
        if (GroupList.Read(reading, part, columns, groups) is not { } list)
        {
            return false;
        }

        if (!list.Contains(-1))
        {
            grid = new(grid.Scales, grid.Rows, BlockAxis.Listed(list)) { Zeros = grid.Zeros, Zero = grid.Zero };
        }

        return true;
    }

    private static string Misfit(string name, Shape weight, ScaleLayout layout, Shape scales) =>
        $"{name}_scale should have the shape {layout.ShapeFor(weight)} (one for {layout.Words}), the scales of {name} {weight}, but has {scales}.";
}
