using MegatronBridge.Cli;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class ReshardVerbTests
{
    [Fact]
    public async Task Files_of_another_size_have_the_same_tensors()
    {
        using SampleModel model = new();

        CommandRun dry = await CommandRun.OfAsync(
            "reshard",
            "--hf-model",
            model.Hf,
            "--hf-path",
            model["small"],
            "--max-shard-size",
            "1KB",
            "--dry-run"
        );
        Assert.Equal(ExitCode.Done, dry.ExitCode);
        Assert.False(Directory.Exists(model["small"]));
        CommandRun small = await CommandRun.OfAsync(
            "reshard",
            "--hf-model",
            model.Hf,
            "--hf-path",
            model["small"],
            "--max-shard-size",
            "1KB",
            "--json"
        );
        CommandRun one = await CommandRun.OfAsync("reshard", "--hf-model", model["small"], "--hf-path", model["one"]);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (small.ExitCode, one.ExitCode));
        using HfFolder original = HfFolder.Open(model.Hf);
        using HfFolder shards = HfFolder.Open(model["small"]);
        using HfFolder single = HfFolder.Open(model["one"]);
        Assert.True(shards.Weights.Files.Count > 3);
        Assert.Equal(["model.safetensors"], single.Weights.Files.Keys);
        Assert.Null(single.Weights.Index);
        foreach (HfFolder made in new[] { shards, single })
        {
            Assert.Equal(original.Names.Order(StringComparer.Ordinal), made.Names.Order(StringComparer.Ordinal));
            Assert.All(
                original.Names,
                name => Assert.Equal(original.Find(name)!.ToArray(), made.Find(name)!.ToArray())
            );
            Assert.Equal(
                File.ReadAllBytes(original.PathOf("config.json")),
                File.ReadAllBytes(made.PathOf("config.json"))
            );
        }
    }

    [Fact]
    public async Task What_is_there_is_not_replaced_unasked()
    {
        using SampleModel model = new();
        string[] args = ["reshard", "--hf-model", model.Hf, "--hf-path", model["out"]];

        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync(args)).ExitCode);
        Assert.NotEqual(ExitCode.Done, (await CommandRun.OfAsync(args)).ExitCode);
        Assert.Equal(ExitCode.Done, (await CommandRun.OfAsync([.. args, "--overwrite"])).ExitCode);
    }
}
