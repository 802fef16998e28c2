using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class MegatronModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public void A_model_on_its_ranks_is_gathered_to_what_it_was_made_of(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        ImportPlan import = golden.Plan();
        ITensorSource? original = family == "qwen3_vl_moe" ? golden.Manifest.HfTensors() : null;
        IReadOnlyList<Dictionary<string, string>> hashes = RankWorld.Run(
            golden.Sizes.WorldSize,
            rank =>
            {
                ExportPlan export = ExportPlan.Create(
                    new GatheredParameters(Load(golden, import, rank)),
                    golden.Family,
                    golden.Provider,
                    original
                );
                return export.Tensors.ToDictionary(tensor => tensor.Key, tensor => GoldenManifest.Hash(tensor.Value));
            }
        );

        JsonNode made = golden.Manifest.ExportsInt4 ? golden.Manifest.Hf : golden.Manifest.Json["export"]!;
        JsonObject expected = made["tensors"]!.AsObject();
        foreach ((string name, string hash) in hashes[0])
        {
            Assert.Equal((name, expected[name]!["sha256"]!.GetValue<string>()), (name, hash));
        }

        Assert.Equal(
            expected.Select(tensor => tensor.Key).Except(import.Ignored.Select(entry => entry.Name)).Order(),
            hashes[0].Keys.Order()
        );
        Assert.All(hashes, others => Assert.Equal(hashes[0], others));
    }

    [Theory]
    [InlineData("llama", "tp2pp2")]
    [InlineData("llama", "tp1pp2vpp2")]
    [InlineData("llama", "dp2")]
    [InlineData("qwen3moe", "tp2ep2")]
    [InlineData("qwen3moe", "tp2etp2")]
    [InlineData("deepseek_v3", "tp1pp2")]
    [InlineData("nemotron_h", "tp2pp2")]
    [InlineData("qwen3_vl", "tp2pp2")]
    public async Task All_ranks_save_together_what_an_import_writes(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        ImportPlan import = golden.Plan();
        string path = Path.Combine(_folder, "saved");
        RankWorld.Run(golden.Sizes.WorldSize, rank => ModelCheckpoint.Save(Load(golden, import, rank), path, "hf"));

        string written = Path.Combine(_folder, "written");
        MegatronOutput output = MegatronOutput.Of(import, golden.Sizes, Path.Combine(path, "iter_0000000"));
        await TransferEngine.RunAsync(
            output.IterationFiles(RunConfigOf(golden, path)),
            written,
            TransferOptions.Default
        );
        string saved = Path.Combine(path, "iter_0000000");
        Assert.Equal(Names(written), Names(saved));
        Assert.All(
            Names(written),
            name =>
                Assert.Equal(
                    File.ReadAllBytes(Path.Combine(written, name!)),
                    File.ReadAllBytes(Path.Combine(saved, name!))
                )
        );
        Assert.Equal("0", await File.ReadAllTextAsync(Path.Combine(path, "latest_checkpointed_iteration.txt")));
    }

    [Fact]
    public void A_rank_that_fails_while_saving_leaves_nothing()
    {
        GoldenCase golden = new("llama", "tp2pp1");
        ImportPlan import = golden.Plan();
        string path = Path.Combine(_folder, "saved");
        Assert.Throws<InvalidDataException>(() =>
            RankWorld.Run(
                2,
                rank =>
                {
                    IReadOnlyList<MegatronModel> models = Load(golden, import, rank);
                    if (rank.Rank == 1)
                    {
                        throw new InvalidDataException("no disk");
                    }

                    ModelCheckpoint.Save(models, path);
                }
            )
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_model_without_contents_has_shapes_and_refuses_the_rest()
    {
        GoldenCase golden = new("llama", "tp2pp1");
        IReadOnlyList<MegatronModel> models = RankWorld
            .Run(2, rank => MegatronModel.Build(golden.Provider, new(rank, golden.Sizes), isMeta: true))
            .SelectMany(own => own)
            .ToList();
        Assert.All(models, model => Assert.True(model.PreProcess && model.PostProcess));
        ModelTensor weight = models[1].Find("decoder.layers.0.self_attention.linear_proj.weight")!;
        Assert.Equal(new Shape(64, 32), weight.Shape);
        Assert.True(weight.IsMeta);
        Assert.Throws<InvalidOperationException>(() => weight.View);
        Assert.Equal(models[0].ParameterCount, models[1].ParameterCount);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IReadOnlyList<MegatronModel> Load(GoldenCase golden, ImportPlan import, RankWorld rank)
    {
        IReadOnlyList<MegatronModel> models = MegatronModel.Build(golden.Provider, new(rank, golden.Sizes));
        foreach (MegatronModel model in models)
        {
            model.Load(import);
        }

        return models;
    }

    private static RunConfig RunConfigOf(GoldenCase golden, string path) =>
        RunConfig.ForConversion(golden.Provider, path, "hf");

    private static IEnumerable<string?> Names(string folder) =>
        Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
