using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Families;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

/// <summary>Models whose manifest has no logits, because nothing computes them but ours, are run all the same, or refused with a reason.</summary>
public sealed class WithoutLogitsTests
{
    private static readonly Dictionary<string, string> NotRun = new(StringComparer.Ordinal)
    {
        ["flux"] = "makes images, not text",
        ["flux-schnell"] = "makes images, not text",
        ["wan"] = "makes images, not text",
    };

    public static TheoryData<string> Models =>
        [.. GoldenCases.Families.Except(GoldenLogits.Families).Except(NotRun.Keys)];

    public static TheoryData<string> Others => [.. NotRun.Keys];

    /// <summary>Why a model is not run; null when it is.</summary>
    internal static string? WhyNotRun(string family) => NotRun.GetValueOrDefault(family);

    [Theory]
    [MemberData(nameof(Models))]
    public void The_model_gives_the_same_logits_in_one_pass_and_token_by_token(string family)
    {
        using CpuModel model = Load(family);
        int[] tokens = [.. Enumerable.Range(0, 9).Select(i => (5 + (37 * i)) % model.Provider.VocabSize)];
        Logits whole = model.Forward(tokens);
        if (family == "llada")
        {
            return; // its tokens see those behind them
        }

        using SequenceState state = new(DType.F32);
        for (int i = 0; i < tokens.Length; i++)
        {
            Logits one = model.Forward(tokens.AsMemory(i, 1), state);
            for (int j = 0; j < one.Vocabulary; j++)
            {
                Assert.Equal(whole[i][j], one[0][j], 1e-4f);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void What_is_not_run_says_so(string family) => Assert.Throws<UnsupportedModelException>(() => Load(family));

    private static CpuModel Load(string family)
    {
        GoldenManifest manifest = GoldenManifest.Load(family);
        HfConfig config = new(manifest.Hf["config"]!.DeepClone().AsObject());
        Family known = FamilyList.Of(config);
        ModelProvider provider = known.ToProvider(config, manifest.HfTensors().Names);
        provider.Complete();
        ImportPlan plan = ImportPlan.Create(manifest.ValidTensors(), known, provider);
        return CpuModel.Load(known.Exactly(provider, config), new PlannedSource(plan));
    }
}
