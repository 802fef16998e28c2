using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Quantization;

namespace MegatronBridge.Tests.Bridge.Quantization;

/// <summary>
/// A way in which checkpoints store weights, written from its specification: random codes, scales and zero points as they lie in
/// files, and the numbers that they stand for, element by element.
/// </summary>
internal sealed record StoredForm(string Name, string Json, StoredForm.Maker Make)
{
    /// <summary>Makes the parts of a weight <c>[rows, columns]</c> and its numbers.</summary>
    public delegate (List<(string Name, TensorView Tensor)> Parts, float[] Numbers) Maker(
        string weight,
        int rows,
        int columns,
        Random random
    );

    private const string Packed4 = """
        { "quant_method": "compressed-tensors", "format": "pack-quantized", "ignore": ["lm_head", "re:.*vision.*"],
          "config_groups": { "group_0": { "targets": ["Linear"], "weights": { "num_bits": 4, "type": "int",
          "symmetric": true, "strategy": "group", "group_size": 32 } } } }
        """;

    public static IReadOnlyList<StoredForm> All { get; } =
    [
        Fp8(
            "fp8 blocks",
            """{ "quant_method": "fp8", "weight_block_size": [16, 24] }""",
            16,
            24,
            "_scale_inv",
            DType.F32
        ),
        Fp8(
            "fp8 blocks of ue8m0",
            """{ "quant_method": "fp8", "weight_block_size": [8, 32] }""",
            8,
            32,
            ".scale",
            DType.F8E8M0
        ),
        Fp8("fp8 blocks by default", "null", 128, 128, "_scale_inv", DType.F32),
        Fp8(
            "fp8 per tensor",
            """{ "quant_method": "fp8", "weight_block_size": null }""",
            0,
            0,
            "_scale_inv",
            DType.BF16
        ),
        Fp8("fp8 per row", """{ "quant_method": "fbgemm_fp8" }""", 1, 0, "_scale", DType.F32),
        Fp8("modelopt fp8", """{ "quant_method": "modelopt", "quant_algo": "FP8" }""", 0, 0, "_scale", DType.F32),
        Fp8("mxfp8", """{ "quant_method": "mxfp8" }""", 1, 32, "_scale_inv", DType.U8),
        Fp8("compressed fp8 per channel", Compressed("float", 8, "channel"), 1, 0, "_scale", DType.BF16),
        Fp8("compressed fp8 blocks", Compressed("float", 8, "block", "[16, 16]"), 16, 16, "_scale", DType.F32),
        new("compressed int8", Compressed("int", 8, "channel"), Int8),
        new("int4", Packed4, (w, r, c, x) => Packed(w, r, c, x, 4, 32, false, false)),
        new(
            "int4 per channel",
            Compressed("int", 4, "channel"),
            (w, r, c, x) => Packed(w, r, c, x, 4, c, false, false)
        ),
        new("int3", Compressed("int", 3, "group", null, 16), (w, r, c, x) => Packed(w, r, c, x, 3, 16, false, false)),
        new(
            "int8 packed",
            Compressed("int", 8, "group", null, 32),
            (w, r, c, x) => Packed(w, r, c, x, 8, 32, false, false)
        ),
        new(
            "int4 around zero points",
            Compressed("int", 4, "group", null, 16, false),
            (w, r, c, x) => Packed(w, r, c, x, 4, 16, true, false)
        ),
        new(
            "int4 in an order",
            Compressed("int", 4, "group", null, 16),
            (w, r, c, x) => Packed(w, r, c, x, 4, 16, false, true)
        ),
        new(
            "gptq",
            """{ "quant_method": "gptq", "bits": 4, "group_size": 32, "desc_act": false, "sym": true }""",
            (w, r, c, x) => Gptq(w, r, c, x, 4, 32, 1, false)
        ),
        new(
            "gptq v2",
            """{ "quant_method": "gptq", "bits": 4, "group_size": 32, "checkpoint_format": "gptq_v2" }""",
            (w, r, c, x) => Gptq(w, r, c, x, 4, 32, 0, false)
        ),
        new(
            "gptq in an order",
            """{ "quant_method": "gptq", "bits": 4, "group_size": 16, "desc_act": true }""",
            (w, r, c, x) => Gptq(w, r, c, x, 4, 16, 1, true)
        ),
        new(
            "gptq of 8 bits",
            """{ "quant_method": "gptq", "bits": 8, "group_size": -1 }""",
            (w, r, c, x) => Gptq(w, r, c, x, 8, c, 1, false)
        ),
        new(
            "gptq of 3 bits",
            """{ "quant_method": "gptq", "bits": 3, "group_size": 32 }""",
            (w, r, c, x) => Gptq(w, r, c, x, 3, 32, 1, false)
        ),
        new(
            "gptq of 2 bits",
            """{ "quant_method": "gptq", "bits": 2, "group_size": 32 }""",
            (w, r, c, x) => Gptq(w, r, c, x, 2, 32, 1, false)
        ),
        new(
            "awq",
            """{ "quant_method": "awq", "bits": 4, "group_size": 32, "version": "GEMM", "zero_point": true }""",
            Awq
        ),
        new(
            "mxfp4 packed",
            Compressed("float", 4, "group", null, 32),
            (w, r, c, x) => Float4(w, r, c, x, 32, null, "_packed")
        ),
        new(
            "nvfp4 compressed",
            Compressed("float", 4, "tensor_group", null, 16),
            (w, r, c, x) => Float4(w, r, c, x, 16, "_global_scale", "_packed")
        ),
        new(
            "nvfp4 of modelopt",
            """{ "quant_method": "modelopt", "quant_algo": "NVFP4", "exclude_modules": ["lm_head"] }""",
            (w, r, c, x) => Float4(w, r, c, x, 16, "_scale_2", "")
        ),
        new("fp4 of DeepSeek", """{ "quant_method": "fp8", "weight_block_size": [128, 128] }""", DeepSeekFloat4),
    ];

    /// <summary>The parsed <c>quantization_config</c>, or null.</summary>
    public QuantizationConfig? Config =>
        JsonNode.Parse(Json) is JsonObject json ? QuantizationConfig.Read(new HfConfig(json)) : null;

    private static string Compressed(
        string type,
        int bits,
        string strategy,
        string? block = null,
        int? group = null,
        bool symmetric = true
    ) =>
        $$"""
            { "quant_method": "compressed-tensors", "ignore": ["lm_head"], "config_groups": { "group_0": { "targets": ["Linear"],
              "weights": { "num_bits": {{bits}}, "type": "{{type}}", "symmetric": {{(
                symmetric ? "true" : "false"
            )}}, "strategy": "{{strategy}}",
              "group_size": {{group?.ToString() ?? "null"}}, "block_structure": {{block ?? "null"}} } } } }
            """;

    private static StoredForm Fp8(string name, string json, int high, int wide, string ending, DType scaleType) =>
        new(
            name,
            json,
            (weight, rows, columns, random) =>
            {
                (int h, int w) = (high == 0 ? rows : high, wide == 0 ? columns : wide);
                (int blockRows, int blockColumns) = ((rows + h - 1) / h, (columns + w - 1) / w);
                byte[] codes = [.. Random(random, rows * columns).Select(code => (code & 127) == 127 ? (byte)1 : code)];
                (TensorView scales, float[] scale) = Scales(random, scaleType, Of(blockRows, blockColumns, high, wide));
                float[] numbers = new float[codes.Length];
                for (int i = 0; i < codes.Length; i++)
                {
                    int block = (i / columns / h * blockColumns) + (i % columns / w);
                    numbers[i] = Spec.ToBrain(Spec.E4M3(codes[i]) * scale[block]);
                }

                string scaleName = ending == ".scale" ? weight[..^".weight".Length] + ending : weight + ending;
                List<(string, TensorView)> parts =
                [
                    (weight, new MemoryView(DType.F8E4M3, [rows, columns], codes)),
                    (scaleName, scales),
                ];
                return (parts, numbers);
            }
        );

    // Scales of a whole matrix have no dimensions, those of rows have one that is 1.
    private static Shape Of(int blockRows, int blockColumns, int high, int wide) =>
        high == 0 && wide == 0 ? [] : [blockRows, blockColumns];

    private static (List<(string, TensorView)>, float[]) Int8(string weight, int rows, int columns, Random random)
    {
        byte[] codes = Random(random, rows * columns);
        (TensorView scales, float[] scale) = Scales(random, DType.BF16, [rows, 1]);
        float[] numbers = [.. codes.Select((code, i) => Spec.ToBrain((sbyte)code * scale[i / columns]))];
        return ([(weight, new MemoryView(DType.I8, [rows, columns], codes)), (weight + "_scale", scales)], numbers);
    }

    private static (List<(string, TensorView)>, float[]) Packed(
        string weight,
        int rows,
        int columns,
        Random random,
        int bits,
        int group,
        bool withZeros,
        bool inOrder
    )
    {
        int groups = columns / group;
        int middle = 1 << (bits - 1);
        int[] codes = [.. Enumerable.Range(0, rows * columns).Select(_ => random.Next(2 * middle) - middle)];
        int[] zeros =
        [
            .. Enumerable.Range(0, rows * groups).Select(_ => withZeros ? random.Next(2 * middle) - middle : 0),
        ];
        int[] order = [.. Enumerable.Range(0, columns).Select(column => column / group)];
        if (inOrder)
        {
            random.Shuffle(order);
        }

        (TensorView scales, float[] scale) = Scales(random, DType.BF16, [rows, groups]);
        float[] numbers = new float[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            int at = (i / columns * groups) + order[i % columns];
            numbers[i] = Spec.ToBrain((codes[i] - zeros[at]) * scale[at]);
        }

        List<(string, TensorView)> parts =
        [
            (weight + "_packed", Rows(codes, rows, columns, bits, middle)),
            (weight + "_scale", scales),
            (weight + "_shape", new MemoryView(DType.I64, [2], Longs(rows, columns))),
        ];
        if (withZeros)
        {
            // Packed down the columns of the zero points.
            int[] turned = [.. Enumerable.Range(0, zeros.Length).Select(i => zeros[(i % rows * groups) + (i / rows)])];
            MemoryView packed = Rows(turned, groups, rows, bits, middle);
            parts.Add((weight + "_zero_point", Turn(packed)));
        }

        if (inOrder)
        {
            parts.Add((weight + "_g_idx", new MemoryView(DType.I32, [columns], Ints(order))));
        }

        return (parts, numbers);
    }

    private static (List<(string, TensorView)>, float[]) Gptq(
        string weight,
        int rows,
        int columns,
        Random random,
        int bits,
        int group,
        int lessOne,
        bool inOrder
    )
    {
        // Here [rows, columns] is [outputs, inputs]; what is stored has the inputs first.
        int groups = columns / group;
        int count = 1 << bits;
        int[] codes = [.. Enumerable.Range(0, rows * columns).Select(_ => random.Next(count))];
        int[] zeros = [.. Enumerable.Range(0, groups * rows).Select(_ => random.Next(1, count))];
        int[] order = [.. Enumerable.Range(0, columns).Select(column => column / group)];
        if (inOrder)
        {
            random.Shuffle(order);
        }

        (TensorView scales, float[] scale) = Scales(random, DType.F16, [groups, rows]);
        float[] numbers = new float[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            int at = (order[i % columns] * rows) + (i / columns);
            numbers[i] = Spec.ToBrain((codes[i] - zeros[at]) * scale[at]);
        }

        string module = weight[..^".weight".Length];
        List<(string, TensorView)> parts =
        [
            (module + ".qweight", Turn(Rows(codes, rows, columns, bits, 0))),
            (module + ".qzeros", Rows([.. zeros.Select(zero => zero - lessOne)], groups, rows, bits, 0)),
            (module + ".scales", scales),
            (module + ".g_idx", new MemoryView(DType.I32, [columns], Ints(order))),
        ];
        return (parts, numbers);
    }

    private static (List<(string, TensorView)>, float[]) Awq(string weight, int rows, int columns, Random random)
    {
        const int group = 32;
        int groups = columns / group;
        int[] codes = [.. Enumerable.Range(0, columns * rows).Select(_ => random.Next(16))]; // inputs first
        int[] zeros = [.. Enumerable.Range(0, groups * rows).Select(_ => random.Next(16))];
        (TensorView scales, float[] scale) = Scales(random, DType.F16, [groups, rows]);
        float[] numbers = new float[codes.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            (int output, int input) = (i / columns, i % columns);
            int at = (input / group * rows) + output;
            numbers[i] = Spec.ToBrain((codes[(input * rows) + output] - zeros[at]) * scale[at]);
        }

        // Nibble i of a word is output order[i] of eight.
        int[] order = [0, 2, 4, 6, 1, 3, 5, 7];
        int[] Ordered(int[] plain) => [.. plain.Select((_, i) => plain[(i / 8 * 8) + order[i % 8]])];

        string module = weight[..^".weight".Length];
        List<(string, TensorView)> parts =
        [
            (module + ".qweight", Rows(Ordered(codes), columns, rows, 4, 0)),
            (module + ".qzeros", Rows(Ordered(zeros), groups, rows, 4, 0)),
            (module + ".scales", scales),
        ];
        return (parts, numbers);
    }

    private static (List<(string, TensorView)>, float[]) Float4(
        string weight,
        int rows,
        int columns,
        Random random,
        int group,
        string? global,
        string ending
    )
    {
        byte[] bytes = Random(random, rows * columns / 2);
        DType scaleType = global is null ? DType.U8 : DType.F8E4M3;
        (TensorView scales, float[] scale) = Scales(random, scaleType, [rows, columns / group]);
        float factor = global is null ? 1 : 0.37f;
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.Length; i++)
        {
            float own = scale[i / group];
            float both = global == "_global_scale" ? own / factor : own * factor;
            numbers[i] = Spec.ToBrain(Spec.E2M1(i % 2 == 0 ? bytes[i / 2] & 15 : bytes[i / 2] >> 4) * both);
        }

        List<(string, TensorView)> parts =
        [
            (weight + ending, new MemoryView(DType.U8, [rows, columns / 2], bytes)),
            (weight + "_scale", scales),
        ];
        if (global is not null)
        {
            parts.Add((weight + global, new MemoryView(DType.F32, [1], BitConverter.GetBytes(factor))));
        }

        return (parts, numbers);
    }

    private static (List<(string, TensorView)>, float[]) DeepSeekFloat4(
        string weight,
        int rows,
        int columns,
        Random random
    )
    {
        ((List<(string, TensorView Tensor)> parts, float[] numbers), string module) = (
            Float4(weight, rows, columns, random, 32, null, ""),
            weight[..^".weight".Length]
        );
        return (
            [
                (weight, new MemoryView(DType.I8, parts[0].Tensor.Shape, parts[0].Tensor.ToArray())),
                (module + ".scale", new MemoryView(DType.F8E8M0, parts[1].Tensor.Shape, parts[1].Tensor.ToArray())),
            ],
            numbers
        );
    }

    private static byte[] Random(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static (TensorView, float[]) Scales(Random random, DType dtype, Shape shape)
    {
        int count = (int)shape.ElementCount;
        byte[] bytes = new byte[count * dtype.BitCount() / 8];
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            float wanted = (float)(random.NextDouble() + 0.1) * 0.01f;
            switch (dtype)
            {
                case DType.F32:
                    values[i] = wanted;
                    BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), wanted);
                    break;
                case DType.BF16:
                    values[i] = Spec.ToBrain(wanted);
                    BinaryPrimitives.WriteUInt16LittleEndian(
                        bytes.AsSpan(2 * i),
                        (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16)
                    );
                    break;
                case DType.F16:
                    values[i] = (float)(Half)wanted;
                    BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)wanted);
                    break;
                case DType.F8E4M3:
                    bytes[i] = (byte)random.Next(1, 100);
                    values[i] = Spec.E4M3(bytes[i]);
                    break;
                default:
                    bytes[i] = (byte)random.Next(110, 130);
                    values[i] = Spec.E8M0(bytes[i]);
                    break;
            }
        }

        return (new MemoryView(dtype, shape, bytes), values);
    }

    /// <summary>Each row as one large number from its lowest bit on, in words of 32.</summary>
    private static MemoryView Rows(int[] codes, int rows, int columns, int bits, int shift)
    {
        int words = ((columns * bits) + 31) / 32;
        byte[] bytes = new byte[rows * words * 4];
        for (int row = 0; row < rows; row++)
        {
            BigInteger stream = 0;
            for (int column = columns - 1; column >= 0; column--)
            {
                stream = (stream << bits) | (codes[(row * columns) + column] + shift);
            }

            for (int word = 0; word < words; word++, stream >>= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(
                    bytes.AsSpan(((row * words) + word) * 4),
                    (uint)(stream & uint.MaxValue)
                );
            }
        }

        return new(DType.I32, [rows, words], bytes);
    }

    private static MemoryView Turn(MemoryView words)
    {
        byte[] bytes = words.ToArray();
        (int rows, int columns) = ((int)words.Shape[0], (int)words.Shape[1]);
        byte[] turned = new byte[bytes.Length];
        for (int i = 0; i < rows * columns; i++)
        {
            bytes.AsSpan(4 * i, 4).CopyTo(turned.AsSpan(4 * ((i % columns * rows) + (i / columns))));
        }

        return new(DType.I32, [columns, rows], turned);
    }

    private static byte[] Longs(params long[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private static byte[] Ints(int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
}
