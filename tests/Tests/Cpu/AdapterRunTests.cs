using MegatronBridge.Config;
using MegatronBridge.Cpu;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Adapters;

namespace MegatronBridge.Tests.Cpu;

/// <summary>
/// A model with an adapter, of which no merged copy is written, says what transformers says with the adapter beside its layers
/// (tests/Conformance/Python/adapter_logits.py), whatever the formats of both.
/// </summary>
public sealed class AdapterRunTests
{
    public static TheoryData<string, int, int, int> Layouts =>
        new()
        {
            { "llama-lora", 1, 1, 1 },
            { "llama-lora", 2, 2, 1 },
            { "llama-dora", 1, 1, 1 },
            { "llama-dora", 2, 1, 1 },
            { "llama-canonical", 1, 1, 1 },
            { "llama-canonical", 2, 1, 1 },
            { "qwen3moe-lora", 1, 1, 2 },
            { "qwen3moe-lora-perexpert", 1, 1, 1 },
            { "qwen3moe-lora-perexpert", 2, 1, 2 },
            { "deepseek_v3-lora", 1, 1, 1 },
            { "deepseek_v3-lora", 2, 1, 2 },
        };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Logits_are_those_of_transformers(string name, int tp, int pp, int ep)
    {
        using AdapterSample sample = new(name);
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Ep = ep,
        };
        GoldenLogits golden = GoldenLogits.OfFile(sample.Logits);
        string hf = await sample.WriteBaseAsync(DType.F32);
        HfConfig config = HfConfig.Load(Path.Combine(hf, "config.json")); // Megatron has no fields for the rotary scaling of this llama
        string megatron = sample["megatron"];
        await DamagedAdapter.ImportAsync(hf, megatron);
        string peft = await sample.ExportAsync(); // with magnitudes
        foreach (
            (string model, string adapter) in ((string, string)[])
                [(hf, peft), (megatron, sample.Megatron), (hf, sample.Megatron)]
        )
        {
            using ModelFolder folder = ModelFolder.Open(model, sizes, config, adapter);
            RankWorld.Run(
                sizes.WorldSize,
                rank =>
                {
                    using CpuModel own = folder.Load(new ParallelState(rank, sizes), threads: 1);
                    golden.AssertEqual(own.Forward(golden.Tokens));
                }
            );
        }
    }

    [Theory]
    [InlineData("llama-dora")]
    [InlineData("qwen3moe-lora-perexpert")]
    public async Task Weights_of_16_bits_are_rounded_as_a_merge_rounds_them(string name)
    {
        using AdapterSample sample = new(name);
        int[] tokens = GoldenLogits.OfFile(sample.Logits).Tokens;
        string model = await sample.WriteBaseAsync();
        string merged = await sample.MergeAsync(model, sample.Megatron);

        Assert.Equal(Forward(merged, null, tokens), Forward(model, sample.Megatron, tokens));
        Assert.NotEqual(Forward(merged, null, tokens), Forward(model, null, tokens));
    }

    [Fact]
    public async Task An_adapter_of_another_model_is_refused_with_all_its_weights()
    {
        using AdapterSample llama = new("llama-lora");
        using AdapterSample other = new("deepseek_v3-lora");
        string model = await llama.WriteBaseAsync();
        MappingException fault = Assert.Throws<MappingException>(() => ModelFolder.Open(model, adapter: other.Peft));
        Assert.Contains(fault.Faults, line => line.Contains("kv_b_proj", StringComparison.Ordinal));
    }

    private static float[] Forward(string path, string? adapter, int[] tokens)
    {
        using ModelFolder folder = ModelFolder.Open(path, adapter: adapter);
        using CpuModel model = folder.Load(threads: 1);
        return model.Forward(tokens).Values.ToArray();
    }
}
