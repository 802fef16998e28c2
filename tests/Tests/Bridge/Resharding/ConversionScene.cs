using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Resharding;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.Resharding;

/// <summary>A folder for one test, with copies of the samples that Megatron-Core has written and what is made of them.</summary>
public abstract class ConversionScene : IDisposable
{
    private protected static readonly ParallelSizes Tp2Pp2 = new() { Tp = 2, Pp = 2 };

    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A copy of a sample, with the config that it was made with.</summary>
    private protected string Sample(string sample, string kind, ParallelSizes sizes)
    {
        string folder = Folder["source/iter_0000010"];
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Samples.Folder(sample)))
        {
            string name = Path.GetFileName(file);
            if (name is not ("README" or "expected.json"))
            {
                File.Copy(file, Path.Combine(folder, name));
            }
        }

        using MegatronCheckpoint like = MegatronCheckpoint.Open(Samples.Folder("megatron-dist-commonpt"));
        ModelProvider provider = like.RecordedProvider()!;
        sizes.ApplyTo(provider);
        if (kind.Length > 0)
        {
            provider.SetFromText("num_moe_experts", "4");
            provider.SetFromText("moe_ffn_hidden_size", "24");
            provider.SetFromText("moe_layer_freq", kind == "experts" ? "1" : "[0, 1, 1, 0]");
        }

        provider.Complete();
        File.WriteAllBytes(
            Path.Combine(folder, RunConfig.FileName),
            RunConfig.ForConversion(provider, "source", null).ToBytes()
        );
        return folder;
    }

    private protected static async Task<ConversionReport> ConvertAsync(
        string from,
        string to,
        CheckpointFormat format,
        ParallelSizes sizes,
        bool strict = false,
        IReadOnlyList<KeyValuePair<string, string>>? settings = null
    )
    {
        using CheckpointConversion conversion = CheckpointConversion.Open(
            new()
            {
                From = from,
                To = to,
                Format = format,
                Sizes = sizes,
                Strict = strict,
                Settings = settings ?? [],
            }
        );
        return await conversion.RunAsync();
    }
}
