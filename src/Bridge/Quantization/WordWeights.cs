using MegatronBridge.Config;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Quantization;

/// <summary>
/// <c>qweight</c> of GPTQ and AWQ: integers in words of 32 bits, stored inputs first, with zero points and scales for groups of inputs.
/// GPTQ packs along the inputs, AWQ (its gemm form) along the outputs, eight at a time in an order of its own.
/// </summary>
internal static class WordWeights
{
    /// <summary>What the name of the codes ends with.</summary>
    public const string Suffix = ".qweight";

    private const int WordBits = 32;

    // Code i of eight stands at place [i] of a word.
    private static readonly int[] AwqOrder = [0, 4, 1, 5, 2, 6, 3, 7];

    /// <summary>The weight that the codes stand for; null with a fault when its parts do not fit.</summary>
    public static QuantizedTensor? Read(Reading reading, string codesName)
    {
        string module = codesName[..^Suffix.Length];
        TensorView words = reading.Take(codesName)!;
        TensorView? zeros = reading.Require($"{module}.qzeros", codesName);
        TensorView? scales = reading.Require($"{module}.scales", codesName);
        if (zeros is null || scales is null)
        {
            reading.Take($"{module}.g_idx");
            return null;
        }

        bool isAwq = reading.Config?.Method == "awq";
        if (!isAwq && reading.Config?.Method != "gptq")
        {
            return reading.Refuse($"{codesName} is quantised, but quantization_config names neither gptq nor awq.");
        }

        if (Fault(reading.Config!, isAwq) is { } fault)
        {
            return reading.Refuse($"{codesName}: {fault}");
        }

        int bits = reading.Config!.Json.IntegerOrNull("bits") ?? reading.Config.Json.IntegerOr("w_bit", 4);
        bool haveTypes =
            words is { DType: DType.I32, Shape.Rank: 2 }
            && zeros is { DType: DType.I32, Shape.Rank: 2 }
            && scales is { Shape.Rank: 2 }
            && scales.DType.IsWideFloat()
            && scales.DType != DType.F64;
        if (!haveTypes)
        {
            return reading.Refuse(
                $"{codesName} {words}, its qzeros {zeros} and scales {scales} should be I32, I32 and floats."
            );
        }

        long inputs = isAwq ? words.Shape[0] : words.Shape[0] * WordBits / bits;
        long outputs = isAwq ? words.Shape[1] * WordBits / bits : words.Shape[1];
        int size =
            reading.Config.Json.IntegerOrNull("group_size") ?? reading.Config.Json.IntegerOr("q_group_size", 128);
        long group = size > 0 ? size : Math.Max(1, inputs);
        long groups = (inputs + group - 1) / group;
        if (scales.Shape != [groups, outputs] || zeros.Shape != [groups, ((outputs * bits) + WordBits - 1) / WordBits])
        {
            return reading.Refuse(
                $"{codesName} {words} of {inputs} inputs in groups of {group} needs scales [{groups}, {outputs}] and qzeros "
                    + $"[{groups}, {((outputs * bits) + WordBits - 1) / WordBits}], but has {scales.Shape} and {zeros.Shape}."
            );
        }

        if (Columns(reading, module, inputs, groups, group, out List<string> parts) is not { } columns)
        {
            return null;
        }

        TensorView codes = isAwq
            ? PackedView.Integers(words, outputs, bits, AwqOrder).Permute(1, 0)
            : PackedView.Integers(words.Permute(1, 0), inputs, bits);
        bool isOld =
            !isAwq && reading.Config.Json.TextOr("checkpoint_format", FormatOf(reading.Config.Json)) != "gptq_v2";
        TensorView zeroWords = isOld && bits != 3 ? WordSumView.PlusOnes(zeros, bits) : zeros;
        TensorView zeroCodes = PackedView.Integers(zeroWords, outputs, bits, isAwq ? AwqOrder : null);
        ScaleGrid grid = new(scales.Permute(1, 0).Reshape([1, outputs, groups]), BlockAxis.Of(1), columns)
        {
            Zeros = zeroCodes.Permute(1, 0).Reshape([1, outputs, groups]),
            Zero = isOld && bits == 3 ? 1 : 0, // these codes may lie in two words
        };
        return new(
            $"{module}.weight",
            $"{(isAwq ? "AWQ" : "GPTQ")} integers of {bits} bits with a {scales.DType.SafetensorsName()} scale for {group}",
            [codesName, .. parts],
            new DequantizedView(codes, grid, reading.DType)
        );
    }

    private static string FormatOf(HfConfig config) => config.TextOr("format", "gptq");

    private static string? Fault(QuantizationConfig config, bool isAwq)
    {
        HfConfig json = config.Json;
        int bits = json.IntegerOrNull("bits") ?? json.IntegerOr("w_bit", 4);
        if (isAwq)
        {
            string version = json.TextOr("version", json.TextOr("format", "gemm"));
            return !version.Equals("gemm", StringComparison.OrdinalIgnoreCase)
                    ? $"the form '{version}' of AWQ cannot be read by this version; it knows gemm."
                : bits != 4 ? $"AWQ has codes of 4 bits, not {bits}."
                : null;
        }

        string format = json.TextOr("checkpoint_format", FormatOf(json));
        return format is not ("gptq" or "gptq_v2")
                ? $"the form '{format}' of GPTQ cannot be read by this version; it knows gptq and gptq_v2."
            : bits is not (2 or 3 or 4 or 8) ? $"GPTQ has codes of 2, 3, 4 or 8 bits, not {bits}."
            : json.Nested("dynamic") is { } rules
            && rules.Json.Any(rule => !rule.Key.StartsWith("-:", StringComparison.Ordinal))
                ? "the config sets other bits for some modules (dynamic), which this version cannot read."
            : null;
    }

    private static BlockAxis? Columns(
        Reading reading,
        string module,
        long inputs,
        long groups,
        long group,
        out List<string> parts
    )
    {
        parts = [$"{module}.qzeros", $"{module}.scales"];
        string name = $"{module}.g_idx";
        if (reading.Take(name) is null)
        {
            return BlockAxis.Of(group);
        }

        parts.Add(name);
        if (GroupList.Read(reading, name, inputs, groups) is not { } list)
        {
            return null;
        }

        bool isPlain = list.Select((block, input) => block == input / group).All(same => same);
        if (list.Contains(-1))
        {
            reading.Faults.Add($"{name} names no group for some inputs.");
            return null;
        }

        return isPlain ? BlockAxis.Of(group) : BlockAxis.Listed(list);
    }
}
