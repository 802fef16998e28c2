using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Verification;
using MegatronBridge.Estimates;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Cpu.Generation;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

/// <summary>What a run keeps of its tokens is what the command <c>memory</c> says, where the tokens fill the pages of the cache.</summary>
public sealed class SequenceStateTests
{
    private const int Tokens = 256;

    [Theory]
    [InlineData("llama", 1, 1)]
    [InlineData("llama", 2, 1)]
    [InlineData("qwen3moe", 1, 2)]
    [InlineData("deepseek_v3", 1, 1)]
    [InlineData("deepseek_v3", 2, 1)]
    [InlineData("glm_moe_dsa", 1, 1)]
    public void It_takes_what_the_estimate_says(string family, int tp, int pp)
    {
        ParallelSizes sizes = new() { Tp = tp, Pp = pp };
        ImportPlan plan = Plan(GoldenManifest.Load(family), sizes);
        IReadOnlyList<long> expected = KeyValueCache.BytesOfStages(plan.Provider, 1, Tokens);
        Assert.All(expected, stage => Assert.True(stage > 0));
        PlannedSource source = new(plan);
        RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                ParallelState parallel = new(rank, sizes);
                using CpuModel model = CpuModel.Load(plan.Provider, source, parallel, threads: 1);
                using SequenceState state = new(plan.Provider.ParamsDtype);
                model.Forward(Enumerable.Repeat(3, Tokens).ToArray(), state, new() { OnlyLast = true });
                Assert.Equal((Tokens, expected[parallel.Pipeline.Rank]), (state.Length, state.ByteCount));
            }
        );
    }

    [Fact]
    public void It_keeps_the_type_of_the_weights_unless_another_is_asked_for()
    {
        ImportPlan plan = Plan(GoldenManifest.Load("llama"), ParallelSizes.One);
        using CpuModel model = CpuModel.Load(plan.Provider, new PlannedSource(plan));
        Assert.Equal(Bytes(DType.BF16), Bytes(null));
        Assert.Equal(Bytes(DType.F32), 2 * Bytes(null));
        Assert.Throws<ArgumentException>(() => new SequenceState(DType.F64));

        long Bytes(DType? type)
        {
            using SequenceState state = new(type);
            model.Forward(new int[3], state);
            return state.ByteCount;
        }
    }

    [Fact]
    public void Keys_rounded_to_bf16_change_the_logits_of_a_bf16_model_by_less_than_half_a_percent()
    {
        using ModelFolder folder = ModelFolder.Open(SampleModel.Folder);
        using CpuModel model = folder.Load();
        int[] tokens = SampleModel.Greedy[0].Continuation;
        using SequenceState exact = new(DType.F32);
        using SequenceState rounded = new();
        NumberDifference difference = NumberDifference.Of(
            model.Forward(tokens, exact).Values,
            model.Forward(tokens, rounded).Values
        );
        Assert.InRange(difference.Relative, 1e-7, 0.005);
    }

    private static ImportPlan Plan(GoldenManifest manifest, ParallelSizes sizes)
    {
        JsonObject config = manifest.Hf["config"]!.DeepClone().AsObject();
        Family family = FamilyList.Of(new HfConfig(config));
        ModelProvider provider = family.ToProvider(new HfConfig(config), manifest.HfTensors().Names);
        sizes.ApplyTo(provider);
        provider["should_pad_vocab"] = true;
        provider.Complete();
        return ImportPlan.Create(manifest.HfTensors(), family, provider);
    }
}
