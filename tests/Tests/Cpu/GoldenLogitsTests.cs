using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

/// <summary>The forward pass gives the logits of transformers (or what else computes the model), from the Hugging Face side and from the Megatron side, on any ranks.</summary>
public sealed class GoldenLogitsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    public static TheoryData<string> Run => [.. GoldenLogits.Families];

    public static TheoryData<string, string> Layouts
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string family in GoldenLogits.Families)
            {
                foreach (string layout in GoldenManifest.Load(family).Layouts)
                {
                    cases.Add(family, layout);
                }
            }

            return cases;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Run))]
    public void The_Hugging_Face_side_gives_the_logits_of_transformers(string family)
    {
        GoldenManifest manifest = GoldenManifest.Load(family);
        GoldenLogits golden = GoldenLogits.Of(manifest);
        ImportPlan plan = Plan(manifest, ParallelSizes.One);
        using CpuModel model = CpuModel.Load(Exactly(manifest, plan.Provider), new PlannedSource(plan));
        golden.AssertEqual(model.Forward(golden.Tokens));
    }

    // Where tokens see those behind them, a part is not computed as in the whole.
    public static TheoryData<string> Causal => [.. GoldenLogits.Families.Where(family => family != "llada")];

    [Theory]
    [MemberData(nameof(Causal))]
    public void Token_by_token_the_logits_are_the_same(string family)
    {
        GoldenManifest manifest = GoldenManifest.Load(family);
        ImportPlan plan = Plan(manifest, ParallelSizes.One);
        using CpuModel model = CpuModel.Load(Exactly(manifest, plan.Provider), new PlannedSource(plan));
        int[] tokens = GoldenLogits.Of(manifest).Tokens;
        Logits whole = model.Forward(tokens);
        using SequenceState state = new(DType.F32);
        int done = 0;
        foreach (int count in (int[])[3, 1, 2, 1, 1, 2])
        {
            Logits part = model.Forward(tokens.AsMemory(done, count), state);
            for (int i = 0; i < part.Values.Length; i++)
            {
                Assert.Equal(whole.Values[(done * whole.Vocabulary) + i], part.Values[i], 1e-4f);
            }

            done += count;
        }

        Assert.Equal(tokens.Length, state.Length);
    }

    [Theory]
    [MemberData(nameof(Run))]
    public async Task The_Megatron_side_gives_the_logits_of_transformers(string family)
    {
        GoldenManifest manifest = GoldenManifest.Load(family);
        if (!manifest.Layouts.Any())
        {
            return;
        }

        string hf = Path.Combine(_folder, "hf");
        string megatron = Path.Combine(_folder, "megatron");
        await GoldenFolder.WriteAsync(manifest, hf);
        using (
            Importer importer = Importer.Open(
                new() { HfModel = GoldenFolder.ModelPath(manifest, hf), MegatronPath = megatron }
            )
        )
        {
            await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        GoldenLogits golden = GoldenLogits.Of(manifest);
        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(megatron);
        ModelProvider provider = Exactly(manifest, checkpoint.Provider()!);
        using CpuModel model = CpuModel.Load(provider, new CheckpointParameters(checkpoint));
        golden.AssertEqual(model.Forward(golden.Tokens));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void On_all_ranks_the_logits_are_those_of_transformers(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        GoldenLogits logits = GoldenLogits.Of(golden.Manifest);
        ImportPlan plan = Plan(golden.Manifest, golden.Sizes, golden.Layout);
        PlannedSource source = new(plan);
        ModelProvider provider = Exactly(golden.Manifest, plan.Provider);
        RankWorld.Run(
            golden.Sizes.WorldSize,
            rank =>
            {
                ParallelState parallel = new(rank, golden.Sizes);
                using CpuModel model = CpuModel.Load(provider, source, parallel, threads: 1);
                logits.AssertEqual(model.Forward(logits.Tokens));
            }
        );
    }

    private static ModelProvider Exactly(GoldenManifest manifest, ModelProvider provider)
    {
        HfConfig config = new(manifest.Hf["config"]!.DeepClone().AsObject());
        return FamilyList.Of(config).Exactly(provider, config);
    }

    private static ImportPlan Plan(GoldenManifest manifest, ParallelSizes sizes, GoldenLayout? layout = null)
    {
        HfConfig config = new(manifest.Hf["config"]!.DeepClone().AsObject());
        Family family = FamilyList.Of(config);
        ITensorSource tensors = manifest.HfTensors();
        ModelProvider provider = family.ToProvider(config, tensors.Names);
        sizes.ApplyTo(provider);
        foreach ((string name, JsonNode? value) in layout?.ProviderFields ?? [])
        {
            provider[name] = ConfigValue.FromJson(value);
        }

        provider["should_pad_vocab"] = layout?.Model["should_pad_vocab"]?.GetValue<bool>() == true;
        provider.Complete();
        return ImportPlan.Create(tensors, family, provider);
    }
}
