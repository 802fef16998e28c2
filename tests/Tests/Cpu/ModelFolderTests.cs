using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

public sealed class ModelFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    private string Hf => Path.Combine(_folder, "hf");

    private string Megatron => Path.Combine(_folder, "megatron");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama", 1)]
    [InlineData("llama", 2)]
    [InlineData("qwen3moe", 2)]
    public async Task Both_formats_are_run_from_their_folders_on_any_ranks(string family, int tp)
    {
        GoldenManifest manifest = await WriteAsync(family, new() { Pp = 2 });
        GoldenLogits golden = GoldenLogits.Of(manifest);
        foreach (string path in (string[])[Hf, Megatron])
        {
            ParallelSizes sizes = new() { Tp = tp };
            HfConfig config = HfConfig.Load(Path.Combine(Hf, "config.json"));
            using ModelFolder folder = ModelFolder.Open(path, sizes, config);
            RankWorld.Run(
                tp,
                rank =>
                {
                    using CpuModel model = folder.Load(new(rank, sizes), threads: 1);
                    golden.AssertEqual(model.Forward(golden.Tokens));
                }
            );
        }
    }

    [Fact]
    public async Task A_file_that_was_cut_after_it_was_opened_is_refused()
    {
        await WriteAsync("llama", ParallelSizes.One);
        using ModelFolder folder = ModelFolder.Open(Hf);
        string path = Path.Combine(Hf, "model.safetensors");
        File.WriteAllBytes(path + ".cut", File.ReadAllBytes(path)[..^2]);
        File.Move(path + ".cut", path, overwrite: true);

        Assert.Contains(
            "bytes when it was opened",
            Assert.Throws<BadFileException>(() => folder.Load()).Message,
            StringComparison.Ordinal
        );
    }

    private async Task<GoldenManifest> WriteAsync(string family, ParallelSizes sizes)
    {
        GoldenManifest manifest = GoldenManifest.Load(family);
        await GoldenFolder.WriteAsync(manifest, Hf);
        using Importer importer = Importer.Open(
            new()
            {
                HfModel = Hf,
                MegatronPath = Megatron,
                Sizes = sizes,
            }
        );
        await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
        return manifest;
    }
}
