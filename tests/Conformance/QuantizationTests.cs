using System.Runtime.InteropServices;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conformance;

/// <summary>Codes and scales mean what torch and transformers take them for, bit by bit.</summary>
public sealed class QuantizationTests(Python python) : IDisposable
{
    private static readonly byte[] AllCodes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_code_is_torchs_number_and_every_number_torchs_code()
    {
        // All numbers of bfloat16, and many between them.
        byte[] numbers = new byte[4 * 3 * 65536];
        for (int i = 0; i < 3 * 65536; i++)
        {
            uint bits = ((uint)i % 65536) << 16;
            BitConverter.TryWriteBytes(numbers.AsSpan(4 * i), bits | (i < 65536 ? 0u : (uint)i * 2654435761u >> 16));
        }

        DType[] types = [DType.F8E4M3, DType.F8E5M2, DType.F8E8M0, DType.I8, DType.U8];
        Dictionary<string, TensorView> tensors = types.ToDictionary(
            type => type.SafetensorsName(),
            type => (TensorView)new MemoryView(type, [256], AllCodes)
        );
        MemoryView singles = new(DType.F32, [1, 3 * 65536], numbers);
        tensors.Add("numbers", singles);
        using SafetensorsFile theirs = await AskAsync("casts", tensors);
        foreach (DType type in types)
        {
            TensorView codes = new MemoryView(type, [1, 256], AllCodes);
            TensorView ours = new DequantizedView(codes, OneScale(1, DType.F32), DType.F32);
            AssertSameNumbers(theirs.Tensors[type.SafetensorsName()], ours);
        }

        // One row with 448 as its largest number has the scale 1; those above it are torch's NaN in the other test of rounding.
        byte[] bounded = [.. numbers];
        Span<float> clamped = MemoryMarshal.Cast<byte, float>(bounded.AsSpan());
        for (int i = 0; i < clamped.Length; i++)
        {
            clamped[i] = Math.Abs(clamped[i]) <= 448 ? clamped[i] : 448;
        }

        QuantizedWeight rounded = new(
            new MemoryView(DType.F32, singles.Shape, bounded),
            BlockAxis.Whole,
            BlockAxis.Whole,
            CodeForm.E4M3,
            DType.F8E4M3,
            DType.F32
        );
        byte[] expected = theirs.Tensors["codes"].ToArray();
        byte[] actual = rounded.Codes.ToArray();
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.True(expected[i] == actual[i] || !(Math.Abs(BitConverter.ToSingle(numbers, 4 * i)) <= 448));
        }
    }

    [Theory]
    [InlineData(256, 384, 128, 128, DType.F32)]
    [InlineData(200, 300, 128, 128, DType.F32)]
    [InlineData(96, 128, 32, 64, DType.BF16)]
    [InlineData(130, 257, 128, 128, DType.F8E8M0)]
    public async Task Blocks_of_fp8_are_the_numbers_of_torch(int rows, int columns, int high, int wide, DType scaleType)
    {
        Random random = new(rows);
        TensorView codes = RandomTensors.Make(DType.F8E4M3, [rows, columns], random);
        Shape blocks = [(rows + high - 1) / high, (columns + wide - 1) / wide];
        TensorView scales = Scales(scaleType, blocks, random);
        using SafetensorsFile theirs = await AskAsync(
            "fp8",
            new() { ["weight"] = codes, ["scale"] = scales },
            high,
            wide
        );
        ScaleGrid grid = new(scales.Reshape(blocks.Prepend(1)), BlockAxis.Of(high), BlockAxis.Of(wide));
        AssertSameNumbers(theirs.Tensors["numbers"], new DequantizedView(codes, grid, DType.BF16));
    }

    [Fact]
    public async Task Experts_of_gpt_oss_are_the_numbers_of_transformers()
    {
        Random random = new(5);
        TensorView blocks = RandomTensors.Make(DType.U8, [3, 40, 4, 16], random);
        byte[] exponents = [.. Enumerable.Range(0, 3 * 40 * 4).Select(i => (byte)(i % 255))]; // 255 is none
        TensorView scales = new MemoryView(DType.U8, [3, 40, 4], exponents);
        using SafetensorsFile theirs = await AskAsync("mxfp4", new() { ["blocks"] = blocks, ["scales"] = scales });
        ScaleGrid grid = new(scales, BlockAxis.Of(1), BlockAxis.Of(32));
        TensorView codes = PackedView.Floats(blocks.Reshape([3, 40, 64]));
        AssertSameNumbers(theirs.Tensors["numbers"], new DequantizedView(codes, grid, DType.BF16).Permute(0, 2, 1));
    }

    [Theory]
    [InlineData(DType.F8E8M0)]
    [InlineData(DType.U8)]
    public async Task Packed_floats_are_the_numbers_of_transformers(DType scaleType)
    {
        Random random = new(6);
        TensorView packed = RandomTensors.Make(DType.I8, [24, 64], random);
        TensorView scales = RandomTensors.Make(scaleType, [24, 4], random);
        using SafetensorsFile theirs = await AskAsync("packed_fp4", new() { ["weight"] = packed, ["scale"] = scales });
        ScaleGrid grid = new(scales.Reshape([1, 24, 4]), BlockAxis.Of(1), BlockAxis.Of(32));
        AssertSameNumbers(theirs.Tensors["numbers"], new DequantizedView(PackedView.Floats(packed), grid, DType.BF16));
    }

    [Theory]
    [InlineData(256, 384, false)]
    [InlineData(200, 300, false)]
    [InlineData(200, 300, true)]
    public async Task Weights_are_rounded_to_fp8_as_torch_does_it(int rows, int columns, bool powers)
    {
        TensorView weight = Weights([rows, columns]);
        using SafetensorsFile theirs = await AskAsync(
            "quantize_fp8",
            new() { ["weight"] = weight },
            128,
            128,
            powers ? 1 : 0
        );
        DType scaleType = powers ? DType.F8E8M0 : DType.F32;
        QuantizedWeight ours = new(
            weight,
            BlockAxis.Of(128),
            BlockAxis.Of(128),
            CodeForm.E4M3,
            DType.F8E4M3,
            scaleType
        );
        Assert.Equal(theirs.Tensors["scales"].ToArray(), ours.Scales.ToArray());
        Assert.Equal(theirs.Tensors["codes"].ToArray(), ours.Codes.ToArray());
    }

    [Fact]
    public async Task Weights_are_rounded_to_four_bits_as_torch_does_it()
    {
        TensorView weight = Weights([64, 256]);
        using SafetensorsFile theirs = await AskAsync("quantize_four_bits", new() { ["weight"] = weight });
        BlockAxis row = BlockAxis.Of(1);
        BlockAxis group = BlockAxis.Of(32);
        QuantizedWeight floats = new(weight, row, group, CodeForm.E2M1, DType.U8, DType.F8E8M0);
        QuantizedWeight integers = new(weight, row, group, CodeForm.Int4, DType.I32, DType.BF16);
        Assert.Equal(theirs.Tensors["float_codes"].ToArray(), floats.Codes.ToArray());
        Assert.Equal(theirs.Tensors["float_scales"].ToArray(), floats.Scales.ToArray());
        Assert.Equal(theirs.Tensors["integer_codes"].ToArray(), integers.Codes.ToArray());
        Assert.Equal(theirs.Tensors["integer_scales"].ToArray(), integers.Scales.ToArray());
    }

    private async Task<SafetensorsFile> AskAsync(
        string function,
        Dictionary<string, TensorView> tensors,
        params int[] arguments
    )
    {
        SafetensorsLayout layout = new("ours.safetensors", tensors);
        await TransferEngine.RunAsync(
            [layout],
            _folder.Path,
            TransferOptions.Default,
            cancellation: TestContext.Current.CancellationToken
        );
        string answer = _folder.File("theirs.safetensors");
        python.Call(
            "quantization",
            function,
            [_folder.File(layout.Name), answer, .. arguments.Select(number => (System.Text.Json.Nodes.JsonNode)number)]
        );
        return SafetensorsFile.Open(answer);
    }

    private static ScaleGrid OneScale(float scale, DType dtype) =>
        new(new MemoryView(dtype, [1, 1, 1], BitConverter.GetBytes(scale)), BlockAxis.Whole, BlockAxis.Whole);

    private static MemoryView Scales(DType dtype, Shape shape, Random random)
    {
        byte[] bytes = new byte[shape.ElementCount * dtype.BitCount() / 8];
        for (int i = 0; i < shape.ElementCount; i++)
        {
            float scale = (float)(random.NextDouble() + 0.01) * 1e-3f;
            byte[] single = BitConverter.GetBytes(scale);
            int itemBytes = dtype.BitCount() / 8;
            byte[] item = dtype == DType.F8E8M0 ? [(byte)random.Next(100, 130)] : single[^itemBytes..];
            item.CopyTo(bytes, i * itemBytes);
        }

        return new(dtype, shape, bytes);
    }

    private static MemoryView Weights(Shape shape)
    {
        Random random = new((int)shape[0]);
        byte[] bytes = new byte[shape.ElementCount * 2];
        for (int i = 0; i < shape.ElementCount; i++)
        {
            float weight = (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-9, 1)));
            BitConverter.GetBytes(weight)[2..].CopyTo(bytes, 2 * i);
        }

        return new(DType.BF16, shape, bytes);
    }

    /// <summary>The same bits, but for those of NaN, which have no meaning.</summary>
    private static void AssertSameNumbers(TensorView expected, TensorView actual)
    {
        Assert.Equal(expected.DType, actual.DType);
        byte[] theirs = expected.CastTo(DType.F32).ToArray();
        byte[] ours = actual.CastTo(DType.F32).ToArray();
        Assert.Equal(theirs.Length, ours.Length);
        for (int i = 0; i < ours.Length; i += 4)
        {
            (float left, float right) = (BitConverter.ToSingle(theirs, i), BitConverter.ToSingle(ours, i));
            bool isSame = BitConverter.ToUInt32(theirs, i) == BitConverter.ToUInt32(ours, i);
            Assert.True(isSame || (float.IsNaN(left) && float.IsNaN(right)), $"{i / 4}: {left:R}, but {right:R}");
        }
    }
}
