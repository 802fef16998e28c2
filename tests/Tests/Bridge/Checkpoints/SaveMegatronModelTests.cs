using MegatronBridge.Checkpoints;
using MegatronBridge.Conversion;
using MegatronBridge.Ranks;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Checkpoints;

public sealed class SaveMegatronModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    [Theory]
    [InlineData("llama", "tp2pp2", CheckpointFormat.TorchDist)]
    [InlineData("qwen3moe", "tp2ep2", CheckpointFormat.TorchDist)]
    [InlineData("llama", "tp2pp2", CheckpointFormat.Torch)]
    [InlineData("llama", "tp1pp2vpp2", CheckpointFormat.Torch)]
    [InlineData("llama", "dp2", CheckpointFormat.Torch)]
    [InlineData("qwen3moe", "tp2ep2", CheckpointFormat.Torch)]
    [InlineData("qwen3moe", "tp2etp2", CheckpointFormat.Torch)]
    [InlineData("nemotron_h", "tp1pp2", CheckpointFormat.Torch)]
    public async Task All_ranks_save_together_what_an_import_writes(
        string family,
        string layout,
        CheckpointFormat format
    )
    {
        GoldenCase golden = new(family, layout);
        string hf = Path.Combine(_folder, "hf");
        await GoldenFolder.WriteAsync(golden.Manifest, hf);
        await File.WriteAllTextAsync(Path.Combine(hf, "tokenizer.json"), "{}");

        // The path is in the files.
        string path = Path.Combine(_folder, "saved");
        ImportOptions import = new()
        {
            HfModel = hf,
            MegatronPath = path,
            Sizes = golden.Sizes,
            Format = format,
            Settings = [KeyValuePair.Create("should_pad_vocab", "true")],
        };
        using Importer importer = Importer.Open(import);
        await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
        string imported = Path.Combine(_folder, "imported");
        Directory.Move(path, imported);

        RankWorld.Run(
            golden.Sizes.WorldSize,
            rank =>
                ModelLoadSave.SaveMegatronModel(
                    Load(importer.Plan, golden, rank),
                    path,
                    new() { Format = format, HfTokenizerPath = hf }
                )
        );
        Assert.Equal(Files(imported), Files(path));
        Assert.All(
            Files(imported),
            name =>
                Assert.Equal(
                    File.ReadAllBytes(Path.Combine(imported, name)),
                    File.ReadAllBytes(Path.Combine(path, name))
                )
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IReadOnlyList<MegatronModel> Load(ImportPlan plan, GoldenCase golden, RankWorld rank)
    {
        IReadOnlyList<MegatronModel> models = MegatronModel.Build(plan.Provider, new(rank, golden.Sizes));
        foreach (MegatronModel model in models)
        {
            model.Load(plan);
        }

        return models;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path))
            .Order(StringComparer.Ordinal);
}
