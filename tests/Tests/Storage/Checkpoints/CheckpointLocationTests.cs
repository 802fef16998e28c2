using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.Checkpoints;

public sealed class CheckpointLocationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bridge-save", CheckpointKind.TorchDist, "iter_0000000", 0L)]
    [InlineData("bridge-save/iter_0000000", CheckpointKind.TorchDist, "", 0L)]
    [InlineData("megatron-dist-commonpt", CheckpointKind.TorchDist, "iter_0000010", 10L)]
    [InlineData("megatron-dist-1rank", CheckpointKind.TorchDist, "", null)]
    [InlineData("dcp-1rank", CheckpointKind.Dcp, "", null)]
    [InlineData("legacy-torch-mp_rank", CheckpointKind.LegacyTorch, "iter_0000010", 10L)]
    [InlineData("legacy-torch-mp_rank/iter_0000010", CheckpointKind.LegacyTorch, "", 10L)]
    public void Samples_are_found_from_their_folder_and_from_the_root(
        string sample,
        CheckpointKind kind,
        string inner,
        long? iteration
    )
    {
        string path = Samples.Folder(sample);
        CheckpointLocation found = CheckpointLocation.Find(path);
        Assert.Equal(kind, found.Kind);
        Assert.Equal(inner.Length == 0 ? path : Path.Combine(path, inner), found.Folder);
        Assert.Equal(inner.Length == 0 ? null : path, found.Root);
        Assert.Equal(iteration, found.Iteration);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("pytorch_model.bin")]
    public void A_Hugging_Face_model_is_known_by_its_config_and_weights(string weights)
    {
        Put("config.json");
        Put(weights);
        Assert.Equal(CheckpointKind.HuggingFace, CheckpointLocation.Find(_folder.Path).Kind);
    }

    [Fact]
    public void The_train_state_is_believed_before_the_text_and_that_before_the_largest_number()
    {
        foreach (string iteration in new[] { "iter_0000000", "iter_0000005", "iter_0000012", "release", "iter_x" })
        {
            Put($"{iteration}/.metadata");
        }

        Assert.Equal(_folder["iter_0000012"], CheckpointLocation.Find(_folder.Path).Folder);
        Put(IterationTracker.FileName, "5\n");
        Assert.Equal(_folder["iter_0000005"], CheckpointLocation.Find(_folder.Path).Folder);
        Put(IterationTracker.FileName, "release");
        Assert.Equal(_folder["release"], CheckpointLocation.Find(_folder.Path).Folder);
        File.Copy(
            Path.Combine(Samples.Folder("bridge-save"), TrainState.LatestFileName),
            _folder[TrainState.LatestFileName]
        );
        CheckpointLocation found = CheckpointLocation.Find(_folder.Path);
        Assert.Equal(_folder["iter_0000000"], found.Folder);
        Assert.Equal(_folder.Path, found.Root);
    }

    [Fact]
    public void A_release_alone_is_found()
    {
        Put("release/mp_rank_00/model_optim_rng.pt");
        CheckpointLocation found = CheckpointLocation.Find(_folder.Path);
        Assert.Equal(CheckpointKind.LegacyTorch, found.Kind);
        Assert.Null(found.Iteration);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Refused(_folder.Path, "Looked for: .metadata (torch_dist), mp_rank_00*/model_optim_rng.pt");
        Refused(_folder["nowhere"], "the folder does not exist");
        Put("config.json");
        Refused(_folder.Path, "latest_train_state.pt, latest_checkpointed_iteration.txt or folders iter_0000000");
        Refused(_folder["config.json"], "this is a file");
        Put("iter_0000003/config.json");
        Refused(_folder.Path, "there is no checkpoint in it");
        Put(IterationTracker.FileName, "4");
        Refused(
            _folder.Path,
            "the newest checkpoint is iter_0000004, which is missing. Iterations that are there: iter_0000003"
        );
        Put(IterationTracker.FileName, "four");
        Refused(_folder.Path, "should name an iteration or 'release', but says 'four'");
        Put("metadata.json");
        Refused(_folder.Path, ".metadata is missing");
    }

    [Fact]
    public void The_tracker_is_the_number_and_nothing_else()
    {
        Assert.Equal("10"u8.ToArray(), IterationTracker.Encode(10));
        Assert.Equal("iter_12345678", IterationFolder.Name(12345678));
        Assert.Equal(12345678, IterationFolder.Parse("iter_12345678"));
    }

    private static void Refused(string path, string reason)
    {
        BadFileException e = Assert.Throws<BadFileException>(() => CheckpointLocation.Find(path));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private void Put(string name, string text = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}
