using MegatronBridge.Conversion;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.Resharding;

/// <summary>What becomes of an optimizer's state when a checkpoint is converted.</summary>
public sealed class OptimizerStateTests : ConversionScene
{
    [Fact]
    public async Task The_state_of_an_optimizer_that_is_cut_like_the_model_goes_along()
    {
        string source = Sample("megatron-dist-tp2pp2", "", Tp2Pp2);
        ConversionReport other = await ConvertAsync(
            source,
            Folder["other"],
            CheckpointFormat.TorchDist,
            new() { Tp = 4 }
        );
        Assert.Equal(
            [
                "rng_state/shard_0.0_2.2",
                "rng_state/shard_0.1_2.2",
                "rng_state/shard_1.0_2.2",
                "rng_state/shard_1.1_2.2",
            ],
            other.Ignored.Select(entry => entry.Name).Order()
        );
        using (TorchDistCheckpoint written = TorchDistCheckpoint.Open(Folder["other/iter_0000010"]))
        {
            written.Verify();
            StoredTensor state = written.Index.FindTensor(
                "optimizer.state.exp_avg.decoder.layers.mlp.linear_fc2.weight"
            )!;
            Assert.Equal(16, state.Chunks.Count); // of four layers and four ranks
            Assert.All(state.Chunks, chunk => Assert.Equal(new Shape(1, 16, 8), chunk.Box.Sizes));
            PickleDict common = written.CommonState()!.Values;
            Assert.NotNull(common["optimizer"]);
            Assert.True(common["iteration"].TryGetInt64(out long iteration) && iteration == 10);
        }

        // In the same layout nothing is left out.
        ConversionReport same = await ConvertAsync(
            source,
            Folder["same"],
            CheckpointFormat.TorchDist,
            Tp2Pp2,
            strict: true
        );
        Assert.Empty(same.Ignored);
        using TorchDistCheckpoint kept = TorchDistCheckpoint.Open(Folder["same/iter_0000010"]);
        using TorchDistCheckpoint original = TorchDistCheckpoint.Open(source);
        kept.Verify();
        Assert.Equal(
            original.Index.Objects.Select(entry => entry.Key).Order(),
            kept.Index.Objects.Select(entry => entry.Key).Order()
        );
        string[] shard = [.. new[] { original, kept }.Select(c => $"{c.Object("rng_state/shard_1.0_2.2").Root}")];
        Assert.Equal(shard[0], shard[1]);
    }

    [Fact]
    public async Task What_a_target_cannot_hold_is_named_and_refused_when_strict()
    {
        string source = Sample("megatron-dist-tp2pp2", "", Tp2Pp2);
        ConversionReport report = await ConvertAsync(source, Folder["legacy"], CheckpointFormat.Torch, Tp2Pp2);
        Assert.Contains(report.Ignored, entry => entry.Name == "optimizer");
        Assert.Contains(report.Ignored, entry => entry.Name == "optimizer.state.exp_avg.output_layer.weight");
        MappingException e = await Assert.ThrowsAsync<MappingException>(() =>
            ConvertAsync(source, Folder["strict"], CheckpointFormat.Torch, Tp2Pp2, strict: true)
        );
        Assert.Equal(report.Ignored.Count, e.Faults.Count);
        Assert.False(Directory.Exists(Folder["strict"]));
    }

    [Fact]
    public async Task The_buckets_of_an_optimizer_stay_with_their_layout()
    {
        const string Bucket =
            "optimizer.distributed.dp_group_idx_0.gbuf_idx_0.dtype_(torch.bfloat16, torch.float32).bucket_idx_0.exp_avg";
        const string Numel = "optimizer.distributed.dp_group_idx_0.gbuf_idx_0.per_bucket_numel/shard_0_1";
        string source = Sample("megatron-dist-tp2pp2", "", Tp2Pp2);
        await AddAsync(
            source,
            [
                new TensorChunk(Bucket, [7], new Box([0], [3]), new MemoryView(DType.F32, [3], new byte[12]), false),
                new TensorChunk(Bucket, [7], new Box([3], [4]), new MemoryView(DType.F32, [4], new byte[16]), false),
                new ObjectItem(Numel, new PickleList(7)),
            ]
        );
        ConversionReport same = await ConvertAsync(
            source,
            Folder["same"],
            CheckpointFormat.TorchDist,
            Tp2Pp2,
            strict: true
        );
        Assert.Empty(same.Ignored);
        using (TorchDistCheckpoint kept = TorchDistCheckpoint.Open(Folder["same/iter_0000010"]))
        {
            kept.Verify();
            Assert.Equal(2, kept.Index.FindTensor(Bucket)!.Chunks.Count);
            Assert.NotNull(kept.Index.FindObject(Numel));
        }

        ConversionReport other = await ConvertAsync(
            source,
            Folder["other"],
            CheckpointFormat.TorchDist,
            new() { Pp = 2 }
        );
        Assert.Contains(other.Ignored, entry => entry.Name == Bucket && entry.Reason.Contains("ranks of the layout"));
        Assert.Contains(other.Ignored, entry => entry.Name == Numel);
        Assert.Contains(other.Ignored, entry => entry.Name == "optimizer");
        using TorchDistCheckpoint written = TorchDistCheckpoint.Open(Folder["other/iter_0000010"]);
        Assert.Null(written.Index.FindTensor(Bucket));
        Assert.Null(written.CommonState()!.Values["optimizer"]);
        Assert.NotNull(written.Index.FindTensor("optimizer.state.exp_avg.output_layer.weight"));
    }

    /// <summary>Writes a checkpoint again with more in it.</summary>
    private async Task AddAsync(string folder, SaveItem[] more)
    {
        List<SaveItem> items = [.. more];
        string again = Folder["again"];
        using (TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(folder))
        {
            items.AddRange(
                checkpoint.Index.Tensors.Select(tensor => new TensorChunk(
                    tensor.Key,
                    tensor.Shape,
                    Box.Whole(tensor.Shape),
                    checkpoint.Tensor(tensor.Key),
                    false
                ))
            );
            items.AddRange(
                checkpoint.Index.Objects.Select(entry => new ObjectItem(
                    entry.Key,
                    checkpoint.Object(entry.Key).Root,
                    checkpoint.Object(entry.Key)
                ))
            );
            TorchDistPlan plan = TorchDistPlan.Create([items], "again");
            await TransferEngine.RunAsync([.. plan.DataFiles, plan.Index, plan.Marker], again, TransferOptions.Default);
        }

        foreach (string file in Directory.GetFiles(folder, "*.distcp"))
        {
            File.Delete(file);
        }

        foreach (string file in Directory.GetFiles(again))
        {
            File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        Directory.Delete(again);
    }
}
