using System.Runtime.InteropServices;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Storage.Comparison;
using MegatronBridge.Tests.Storage.Quantization;

namespace MegatronBridge.Tests.Bridge.Quantization;

/// <summary>A quantised model makes the same checkpoint as the numbers that its codes stand for, in every layout.</summary>
public sealed class QuantizedModelTests
{
    public static TheoryData<string, string> Models =>
        new()
        {
            { "llama", "fp8 blocks" },
            { "llama", "fp8 per tensor" },
            { "llama", "compressed fp8 per channel" },
            { "llama", "int4" },
            { "llama", "gptq" },
            { "llama", "awq" },
            { "llama", "nvfp4 of modelopt" },
            { "qwen3", "fp8 blocks by default" },
            { "qwen3", "gptq in an order" },
            { "deepseek_v3", "fp8 blocks" },
            { "deepseek_v3", "fp8 blocks by default" },
            { "deepseek_v3", "int4" },
            { "kimi_k2", "int4 around zero points" },
            { "kimi_k2", "mxfp4 packed" },
            { "minimax_m2", "fp8 blocks" },
            { "minimax_m2", "fp4 of DeepSeek" },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void Codes_and_numbers_make_the_same_checkpoint(string name, string formName)
    {
        SmallModel model = SmallModel.Of(name);
        StoredForm form = StoredForm.All.Single(form => form.Name == formName);
        List<(string, TensorView)> stored = [];
        List<(string, TensorView)> plain = [];
        int quantized = 0;
        foreach (string tensor in model.Names)
        {
            TensorView view = model.Find(tensor)!;
            bool isLinear =
                tensor.Contains("proj", StringComparison.Ordinal)
                || tensor.Contains("experts", StringComparison.Ordinal);
            bool fits = view.Shape.Rank == 2 && view.Shape[1] % 32 == 0 && view.Shape[0] % 8 == 0;
            if (isLinear && fits && tensor.EndsWith(".weight", StringComparison.Ordinal))
            {
                var (parts, numbers) = form.Make(
                    tensor,
                    (int)view.Shape[0],
                    (int)view.Shape[1],
                    new Random(tensor.Length)
                );
                stored.AddRange(parts);
                plain.Add((tensor, Brain(numbers, view.Shape)));
                quantized++;
            }
            else
            {
                stored.Add((tensor, view));
                plain.Add((tensor, view));
            }
        }

        Assert.True(quantized > 5);
        DequantizedSource source = DequantizedSource.Of(new MemorySource(stored), form.Config, DType.BF16);
        Assert.Equal(quantized, source.Quantized.Count);
        CompareCheckpoints(model, source, new MemorySource(plain));
    }

    [Fact]
    public void Blocks_of_gpt_oss_make_the_same_checkpoint()
    {
        SmallModel model = SmallModel.Of("gpt_oss-wide");
        List<(string, TensorView)> stored = [];
        List<(string, TensorView)> plain = [];
        Random random = new(4);
        foreach (string tensor in model.Names)
        {
            TensorView view = model.Find(tensor)!;
            if (view.Shape.Rank != 3)
            {
                stored.Add((tensor, view));
                plain.Add((tensor, view));
                continue;
            }

            // [experts, inputs, outputs] of numbers is [experts, outputs, groups of 32 inputs, 16 bytes] of codes.
            (int experts, int inputs, int outputs) = ((int)view.Shape[0], (int)view.Shape[1], (int)view.Shape[2]);
            byte[] bytes = new byte[experts * outputs * inputs / 2];
            byte[] scales = new byte[experts * outputs * inputs / 32];
            random.NextBytes(bytes);
            for (int i = 0; i < scales.Length; i++)
            {
                scales[i] = (byte)random.Next(115, 125);
            }

            float[] numbers = new float[experts * inputs * outputs];
            for (int i = 0; i < numbers.Length; i++)
            {
                int expert = i / (inputs * outputs);
                int input = i / outputs % inputs;
                int at = (((expert * outputs) + (i % outputs)) * inputs) + input;
                int nibble = at % 2 == 0 ? bytes[at / 2] & 15 : bytes[at / 2] >> 4;
                numbers[i] = Spec.E2M1(nibble) * Spec.E8M0(scales[at / 32]);
            }

            Shape shape = [experts, outputs, inputs / 32];
            stored.Add(($"{tensor}_blocks", new MemoryView(DType.U8, [.. shape, 16], bytes)));
            stored.Add(($"{tensor}_scales", new MemoryView(DType.U8, shape, scales)));
            plain.Add((tensor, Brain(numbers, view.Shape)));
        }

        QuantizationConfig config = QuantizationConfig.Read(
            new(System.Text.Json.Nodes.JsonNode.Parse(GptOssConfig)!.AsObject())
        );
        DequantizedSource source = DequantizedSource.Of(new MemorySource(stored), config, DType.BF16);
        Assert.Equal(4, source.Quantized.Count);
        CompareCheckpoints(model, source, new MemorySource(plain));
    }

    private const string GptOssConfig = """
        { "quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn", "model.layers.*.mlp.router",
          "model.embed_tokens", "lm_head"] }
        """;

    private static void CompareCheckpoints(SmallModel model, DequantizedSource source, MemorySource plain)
    {
        int tried = 0;
        foreach (ParallelSizes sizes in SmallConfigs.Layouts.Prepend(ParallelSizes.One))
        {
            ImportPlan plan;
            try
            {
                plan = model.Import(sizes, plain);
            }
            catch (Exception e) when (e is InvalidConfigException or LayoutException)
            {
                continue; // the model does not divide so
            }

            AssembledCheckpoint expected = new(plan, sizes);
            AssembledCheckpoint actual = new(model.Import(sizes, source), sizes);
            tried++;
            Assert.Equal(expected.Names, actual.Names);
            foreach (string key in expected.Names)
            {
                Assert.Equal(expected.Find(key)!.ToArray(), actual.Find(key)!.ToArray());
            }
        }

        Assert.True(tried >= 3);
    }

    private static MemoryView Brain(float[] numbers, Shape shape)
    {
        byte[] bytes = new byte[numbers.Length * 2];
        FloatCast.Convert(DType.F32, MemoryMarshal.AsBytes(numbers.AsSpan()), DType.BF16, bytes);
        return new(DType.BF16, shape, bytes);
    }
}
