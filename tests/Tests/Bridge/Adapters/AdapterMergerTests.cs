using MegatronBridge.Adapters;
using MegatronBridge.Conversion;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Adapters;

/// <summary>Merged weights are those of the real Megatron-Bridge, and of a formula written here once more.</summary>
public sealed class AdapterMergerTests
{
    [Theory]
    [InlineData("llama-lora")]
    [InlineData("llama-canonical")]
    [InlineData("qwen3moe-lora")]
    [InlineData("qwen3moe-lora-perexpert")]
    [InlineData("qwen3moe-lora-normalize")]
    [InlineData("deepseek_v3-lora")]
    public async Task A_merge_changes_what_the_real_one_changes_and_to_the_same(string name)
    {
        using AdapterSample sample = new(name);
        string model = await sample.WriteBaseAsync();
        string ofMegatron = await sample.MergeAsync(model, sample.Megatron);
        AssertMerged(sample, model, ofMegatron);
        string ofPeft = await sample.MergeAsync(model, sample.Peft, "merged2");
        AssertMerged(sample, model, ofPeft);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(model, "config.json")),
            await File.ReadAllTextAsync(Path.Combine(ofPeft, "config.json"))
        );
    }

    [Theory]
    [InlineData("llama-lora")]
    [InlineData("qwen3moe-lora-perexpert")]
    public async Task A_Megatron_model_stays_one_and_exports_to_the_merged_one(string name)
    {
        using AdapterSample sample = new(name);
        string model = await sample.WriteBaseAsync();
        await DamagedAdapter.ImportAsync(model, sample["megatron"]);
        string merged = await sample.MergeAsync(sample["megatron"], sample.Megatron);
        using Exporter exporter = Exporter.Open(
            new()
            {
                MegatronPath = merged,
                HfPath = sample["out"],
                HfModel = model,
            }
        );
        await exporter.RunAsync();
        AssertMerged(sample, model, sample["out"]);
    }

    [Fact]
    public async Task Dora_brings_every_row_to_its_magnitude()
    {
        using AdapterSample sample = new("llama-dora");
        string model = await sample.WriteBaseAsync();
        string export = await sample.ExportAsync();
        string merged = await sample.MergeAsync(model, sample.Megatron);
        using HfFolder before = HfFolder.Open(model);
        using HfFolder after = HfFolder.Open(merged);
        using SafetensorsFile adapter = SafetensorsFile.Open(Path.Combine(export, "adapter_model.safetensors"));
        int adapted = 0;
        foreach (string name in before.Names)
        {
            string module = "base_model.model." + name[..^".weight".Length];
            if (adapter.Find(module + ".lora_A.weight") is not { } a)
            {
                Assert.Equal(before.Find(name)!.ToArray(), after.Find(name)!.ToArray());
                continue;
            }

            adapted++;
            double[] expected = Dora(
                Numbers(before.Find(name)!),
                Numbers(a),
                Numbers(adapter.Find(module + ".lora_B.weight")!),
                Numbers(adapter.Find(module + ".lora_magnitude_vector")!),
                10.0 / 4
            );
            double[] found = Numbers(after.Find(name)!);
            Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second, Least(pair.First), Most(pair.First)));
        }

        Assert.Equal(28, adapted);
    }

    [Fact]
    public async Task An_adapter_of_another_model_is_refused_with_all_its_weights()
    {
        using AdapterSample llama = new("llama-lora");
        using AdapterSample deepseek = new("deepseek_v3-lora");
        string model = await llama.WriteBaseAsync();
        MappingException fault = Assert.Throws<MappingException>(() =>
            AdapterMerger.Open(
                new()
                {
                    BaseModel = model,
                    Adapter = deepseek.Peft,
                    Output = llama["merged"],
                }
            )
        );
        Assert.Contains(fault.Faults, line => line.Contains("kv_b_proj", StringComparison.Ordinal));
        Assert.False(Directory.Exists(llama["merged"]));
    }

    private static void AssertMerged(AdapterSample sample, string model, string merged)
    {
        using HfFolder before = HfFolder.Open(model);
        using HfFolder after = HfFolder.Open(merged);
        Assert.Equal(before.Names.Order(), after.Names.Order());
        foreach (string name in before.Names)
        {
            string expected = sample.Merged[name]?.GetValue<string>() ?? AdapterSample.Hash(before.Find(name)!);
            Assert.Equal((name, expected), (name, AdapterSample.Hash(after.Find(name)!)));
        }
    }

    // In double precision, element by element.
    private static double[] Dora(double[] weight, double[] a, double[] b, double[] magnitude, double scale)
    {
        int rows = magnitude.Length;
        int columns = weight.Length / rows;
        int rank = b.Length / rows;
        double[] merged = new double[weight.Length];
        for (int row = 0; row < rows; row++)
        {
            double squares = 0;
            for (int column = 0; column < columns; column++)
            {
                double sum = 0;
                for (int k = 0; k < rank; k++)
                {
                    sum += b[(row * rank) + k] * a[(k * columns) + column];
                }

                double value = weight[(row * columns) + column] + (scale * sum);
                merged[(row * columns) + column] = value;
                squares += value * value;
            }

            for (int column = 0; column < columns; column++)
            {
                merged[(row * columns) + column] *= magnitude[row] / Math.Sqrt(squares);
            }
        }

        return merged;
    }

    private static double[] Numbers(TensorView view)
    {
        byte[] bytes = view.CastTo(DType.F64).ToArray();
        double[] numbers = new double[bytes.Length / sizeof(double)];
        Buffer.BlockCopy(bytes, 0, numbers, 0, bytes.Length);
        return numbers;
    }

    // A bfloat16 has 8 bits: half of its last place, and a little for float32.
    private static double Least(double value) => value - Math.Abs(value * 0.00392) - 1e-30;

    private static double Most(double value) => value + Math.Abs(value * 0.00392) + 1e-30;
}
