using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

/// <summary>
/// Logits of sequences that are longer than windows and than what models first learnt, and of families that no manifest is of: computed by
/// tests/Conformance/Python/small_logits.py and reference_logits.py.
/// </summary>
public sealed class LongerLogitsTests
{
    /// <summary>Keys are turned otherwise once a sequence has become long, so that a beginning is not that of the whole.</summary>
    private const string ChangesKeys = "phi4-mini-long";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static TheoryData<string> Models =>
        [
            .. Directory
                .GetFiles(Path.Combine(Folder, "logits"), "*.json")
                .Select(path => Path.GetFileNameWithoutExtension(path)!)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_are_those_of_transformers(string name)
    {
        (GoldenManifest manifest, GoldenLogits golden) = Load(name);
        using CpuModel model = LoadModel(manifest);
        golden.AssertEqual(model.Forward(golden.Tokens));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void In_passes_of_few_tokens_logits_are_those_of_transformers(string name)
    {
        (GoldenManifest manifest, GoldenLogits golden) = Load(name);
        using CpuModel model = LoadModel(manifest);
        model.PassLength = 12;
        golden.AssertEqual(model.Forward(golden.Tokens));
        Logits last = model.Forward(golden.Tokens, options: new() { OnlyLast = true });
        Assert.Equal(1, last.Tokens);
        model.PassLength = int.MaxValue;
        ReadOnlySpan<float> expected = model.Forward(golden.Tokens)[golden.Tokens.Length - 1];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], last[0][i], 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Token_by_token_logits_are_those_of_transformers(string name)
    {
        if (name == ChangesKeys)
        {
            return;
        }

        (GoldenManifest manifest, GoldenLogits golden) = Load(name);
        using CpuModel model = LoadModel(manifest);
        using SequenceState state = new(DType.F32);
        int begin = golden.Tokens.Length - 8;
        model.Forward(golden.Tokens.AsMemory(0, begin), state, new() { OnlyLast = true });
        for (int i = begin; i < golden.Tokens.Length; i++)
        {
            golden.AssertEqual(model.Forward(golden.Tokens.AsMemory(i, 1), state), i - begin);
        }
    }

    [Theory]
    [InlineData("mistral-swa-tied", 2, 1, 1)]
    [InlineData("gemma3", 2, 1, 1)]
    [InlineData("deepseek_v3", 2, 1, 1)]
    [InlineData("olmo2-groups", 2, 1, 1)]
    [InlineData("cohere-plus", 2, 1, 1)]
    [InlineData("gpt_oss", 1, 1, 2)]
    [InlineData("qwen3moe-8", 2, 1, 2)]
    [InlineData("llama_nemotron-linear", 2, 1, 1)]
    [InlineData("nemotron_labs_diffusion", 2, 1, 1)]
    [InlineData("minimax_m3_vl-sparse", 2, 2, 1)]
    [InlineData("minimax_m3_vl-sparse", 1, 1, 2)]
    [InlineData("deepseek_v4-all", 1, 2, 1)]
    [InlineData("deepseek_v4-all", 1, 1, 2)]
    [InlineData("deepseek_v4-mtp", 1, 2, 2)]
    [InlineData("kimi_k3", 2, 2, 1)]
    [InlineData("kimi_k3", 1, 2, 2)]
    [InlineData("kimi_k3", 2, 1, 2)]
    [InlineData("step3p5", 2, 2, 1)]
    [InlineData("mimo_v2_flash", 2, 2, 1)]
    [InlineData("mimo_v2_flash", 1, 1, 2)]
    public void On_several_ranks_with_sequence_parallelism_logits_are_those_of_transformers(
        string name,
        int tp,
        int pp,
        int ep
    )
    {
        (GoldenManifest manifest, GoldenLogits golden) = Load(name);
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Ep = ep,
        };
        ImportPlan plan = Plan(
            manifest,
            provider =>
            {
                sizes.ApplyTo(provider);
                provider["should_pad_vocab"] = true;
                provider.SequenceParallel = tp > 1;
            }
        );
        PlannedSource source = new(plan);
        RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                using CpuModel model = CpuModel.Load(Exactly(manifest, plan), source, new(rank, sizes), threads: 1);
                golden.AssertEqual(model.Forward(golden.Tokens));
            }
        );
    }

    [Theory]
    [InlineData("llama_nemotron-linear")]
    [InlineData("nemotron_labs_diffusion")]
    [InlineData("minimax_m3_vl-sparse")]
    [InlineData("deepseek_v4")]
    [InlineData("deepseek_v4-all")]
    [InlineData("deepseek_v4-mtp")]
    [InlineData("deepseek_v4-released")]
    [InlineData("kimi_k3")]
    [InlineData("step3p5")]
    [InlineData("mimo_v2_flash")]
    public async Task The_Megatron_side_gives_the_logits_of_transformers(string name)
    {
        (GoldenManifest manifest, GoldenLogits golden) = Load(name);
        string folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;
        try
        {
            string hf = Path.Combine(folder, "hf");
            string megatron = Path.Combine(folder, "megatron");
            await GoldenFolder.WriteAsync(manifest, hf);
            using (Importer importer = Importer.Open(new() { HfModel = hf, MegatronPath = megatron }))
            {
                await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
            }

            using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(megatron);
            ModelProvider provider = FamilyList.Of(Config(manifest)).Exactly(checkpoint.Provider()!, Config(manifest));
            using CpuModel model = CpuModel.Load(provider, new CheckpointParameters(checkpoint));
            golden.AssertEqual(model.Forward(golden.Tokens));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static (GoldenManifest Manifest, GoldenLogits Logits) Load(string name)
    {
        JsonObject json = Read(Path.Combine("logits", name));
        JsonObject model = json["model"]?.AsObject() ?? Read(json["base"]!.GetValue<string>());
        model = (model["hf"] ?? model).DeepClone().AsObject();
        foreach ((string key, JsonNode? value) in json["changes"]!.AsObject())
        {
            string[] path = key.Split('.');
            JsonNode config = path[..^1].Aggregate(model["config"]!, (part, inner) => part[inner]!);
            config[path[^1]] = value!.DeepClone();
        }

        return (GoldenManifest.OfModel(name, model), GoldenLogits.OfFile(json));
    }

    private static JsonObject Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")))!.AsObject();

    private static CpuModel LoadModel(GoldenManifest manifest)
    {
        ImportPlan plan = Plan(manifest, _ => { });
        return CpuModel.Load(Exactly(manifest, plan), new PlannedSource(plan));
    }

    private static HfConfig Config(GoldenManifest manifest) => new(manifest.Hf["config"]!.DeepClone().AsObject());

    private static ModelProvider Exactly(GoldenManifest manifest, ImportPlan plan) =>
        plan.Family.Exactly(plan.Provider, Config(manifest));

    private static ImportPlan Plan(GoldenManifest manifest, Action<ModelProvider> change)
    {
        Family family = FamilyList.Of(Config(manifest));
        ModelProvider provider = family.ToProvider(Config(manifest), manifest.HfTensors().Names);
        change(provider);
        provider.Complete();
        return ImportPlan.Create(manifest.HfTensors(), family, provider);
    }
}
