using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Resharding;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.Resharding;

public sealed class CheckpointConversionTests : IDisposable
{
    private static readonly ParallelSizes Tp2Pp2 = new() { Tp = 2, Pp = 2 };
    private readonly TemporaryFolder _folder = new();

    /// <summary>Samples of Megatron-Core without a config, what theirs has beside that of all, and layouts to go over.</summary>
    public static TheoryData<string, string, ParallelSizes> Layouts =>
        new()
        {
            {
                "megatron-dist-tp2pp2",
                "",
                new() { Tp = 2, Pp = 4 }
            },
            {
                "megatron-dist-tp2pp2",
                "",
                new() { Pp = 2, Vp = 2 }
            },
            { "megatron-dist-fullyparallel-dp2", "", Tp2Pp2 },
            { "megatron-dist-nonhomogeneous-tp2", "", Tp2Pp2 },
            { "megatron-dist-singleton-shards", "", Tp2Pp2 },
            {
                "megatron-dist-moe-ep2",
                "experts",
                new() { Pp = 2, Ep = 2 }
            },
            {
                "megatron-dist-moe-ep2",
                "experts",
                new()
                {
                    Tp = 2,
                    Ep = 4,
                    Etp = 2,
                }
            },
            {
                "megatron-dist-moe-freq-pp2",
                "some experts",
                new() { Tp = 2, Ep = 2 }
            },
        };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Every_spelling_goes_through_other_layouts_and_formats_and_back(
        string sample,
        string kind,
        ParallelSizes sizes
    )
    {
        string source = Sample(sample, kind, new());
        using MegatronCheckpoint original = MegatronCheckpoint.Open(source);
        await ConvertAsync(source, _folder["other"], CheckpointFormat.TorchDist, sizes);
        AssertSame(original, _folder["other"]);
        await ConvertAsync(_folder["other"], _folder["again"], CheckpointFormat.TorchDist, new());
        AssertSame(original, _folder["again"]);

        // The legacy format has no optimizer, and torch_dist made of it the keys that are usual.
        ParallelSizes ranks = sizes with
        {
            Etp = 1,
        };
        await ConvertAsync(_folder["other"], _folder["legacy"], CheckpointFormat.Torch, ranks);
        await ConvertAsync(_folder["legacy"], _folder["whole"], CheckpointFormat.TorchDist, sizes);
        Dictionary<string, string> expected = Contents(original.Provider()!, original);
        using MegatronCheckpoint whole = MegatronCheckpoint.Open(_folder["whole"]);
        Assert.Equal(expected, Contents(original.Provider()!, whole));
    }

    [Fact]
    public async Task The_state_of_an_optimizer_that_is_cut_like_the_model_goes_along()
    {
        string source = Sample("megatron-dist-tp2pp2", "", Tp2Pp2);
        ConversionReport other = await ConvertAsync(
            source,
            _folder["other"],
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
        using (TorchDistCheckpoint written = TorchDistCheckpoint.Open(_folder["other/iter_0000010"]))
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
            _folder["same"],
            CheckpointFormat.TorchDist,
            Tp2Pp2,
            strict: true
        );
        Assert.Empty(same.Ignored);
        using TorchDistCheckpoint kept = TorchDistCheckpoint.Open(_folder["same/iter_0000010"]);
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
        ConversionReport report = await ConvertAsync(source, _folder["legacy"], CheckpointFormat.Torch, Tp2Pp2);
        Assert.Contains(report.Ignored, entry => entry.Name == "optimizer");
        Assert.Contains(report.Ignored, entry => entry.Name == "optimizer.state.exp_avg.output_layer.weight");
        MappingException e = await Assert.ThrowsAsync<MappingException>(() =>
            ConvertAsync(source, _folder["strict"], CheckpointFormat.Torch, Tp2Pp2, strict: true)
        );
        Assert.Equal(report.Ignored.Count, e.Faults.Count);
        Assert.False(Directory.Exists(_folder["strict"]));
    }

    [Fact]
    public async Task Arguments_and_config_tell_the_new_layout_and_nothing_else_changes()
    {
        string source = Samples.Folder("legacy-torch-mp_rank");
        ParallelSizes sizes = new() { Pp = 2, Vp = 2 };
        await ConvertAsync(source, _folder["other"], CheckpointFormat.Torch, sizes);
        using MegatronCheckpoint before = MegatronCheckpoint.Open(source);
        using MegatronCheckpoint after = MegatronCheckpoint.Open(_folder["other"]);
        Assert.Equal(sizes, after.RecordedSizes());
        Assert.Null(after.RunConfig);
        IReadOnlyDictionary<string, ConfigValue> old = before.Arguments!.Values;
        Dictionary<string, ConfigValue> changed = after
            .Arguments!.Values.Where(argument => old.GetValueOrDefault(argument.Key) != argument.Value)
            .ToDictionary();
        Assert.Equal(1L, changed["tensor_model_parallel_size"]);
        Assert.Equal(2L, changed["virtual_pipeline_model_parallel_size"]);
        Assert.Equal(1L, changed["num_layers_per_virtual_pipeline_stage"]);
        Assert.DoesNotContain("pipeline_model_parallel_size", changed.Keys);
        Assert.DoesNotContain("vocab_size", changed.Keys);
        Assert.Equal(60, after.Provider()!.VocabSize);

        // What is no plain value, such as a signal, is still there.
        PickleDict attributes = Attributes(after);
        Assert.Equal($"{Attributes(before)["exit_signal"]}", $"{attributes["exit_signal"]}");
        string tracker = await File.ReadAllTextAsync(
            _folder[$"other/{IterationTracker.FileName}"],
            TestContext.Current.CancellationToken
        );
        Assert.Equal("10", tracker);
    }

    [Fact]
    public async Task A_vocabulary_keeps_its_rows_or_gets_more_but_never_fewer()
    {
        string source = Sample("megatron-dist-tp2pp2", "", Tp2Pp2);
        ConversionReport report = await ConvertAsync(
            source,
            _folder["wide"],
            CheckpointFormat.TorchDist,
            new() { Tp = 2 },
            settings: [new("should_pad_vocab", "true"), new("make_vocab_size_divisible_by", "40")]
        );
        Assert.Contains(report.Notes, note => note == "output_layer.weight gets 16 rows of zeros more.");
        using (MegatronCheckpoint wide = MegatronCheckpoint.Open(_folder["wide"]))
        {
            foreach (string name in (string[])["output_layer.weight", "optimizer.state.exp_avg.output_layer.weight"])
            {
                TensorView rows = wide.Find(name)!;
                Assert.Equal(new Shape(80, 16), rows.Shape);
                Assert.All(rows.Slice(0, 64, 16).ToArray(), bits => Assert.Equal(0, bits));
            }
        }

        await ConvertAsync(_folder["wide"], _folder["narrow"], CheckpointFormat.Torch, new());
        using MegatronCheckpoint narrow = MegatronCheckpoint.Open(_folder["narrow"]);
        Assert.Equal(new Shape(80, 16), narrow.Find("output_layer.weight")!.Shape);
    }

    [Fact]
    public async Task Layouts_and_folders_that_do_not_fit_are_refused_and_nothing_is_written()
    {
        string experts = Sample("megatron-dist-moe-ep2", "experts", new());
        LayoutException shared = await Assert.ThrowsAsync<LayoutException>(() =>
            ConvertAsync(experts, _folder["out"], CheckpointFormat.Torch, new() { Etp = 2 })
        );
        Assert.Contains("would share mp_rank_00", shared.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LayoutException>(() =>
            ConvertAsync(experts, _folder["out"], CheckpointFormat.TorchDist, new() { Pp = 3 })
        );
        BadFileException inside = await Assert.ThrowsAsync<BadFileException>(() =>
            ConvertAsync(experts, Path.Combine(experts, "out"), CheckpointFormat.Torch, new())
        );
        Assert.Contains("may not be inside", inside.Message, StringComparison.Ordinal);
        BadFileException unknown = await Assert.ThrowsAsync<BadFileException>(() =>
            ConvertAsync(Samples.Folder("megatron-dist-tp2pp2"), _folder["out"], CheckpointFormat.Torch, new())
        );
        Assert.Contains("nothing says what model it is", unknown.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    /// <summary>A copy of a sample, with the config that it was made with.</summary>
    private string Sample(string sample, string kind, ParallelSizes sizes)
    {
        string folder = _folder["source/iter_0000010"];
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

    private static async Task<ConversionReport> ConvertAsync(
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

    /// <summary>All tensors, those of the optimizer too, and all extra states are there under the same keys.</summary>
    private static void AssertSame(MegatronCheckpoint original, string folder)
    {
        using MegatronCheckpoint written = MegatronCheckpoint.Open(folder);
        Assert.Equal(original.Names.Order(), written.Names.Order());
        foreach (string name in original.Names)
        {
            TensorView expected = original.Find(name)!;
            Assert.Equal($"{expected}", $"{written.Find(name)}");
            Assert.Equal(expected.ToArray(), written.Find(name)!.ToArray());
        }

        Assert.Equal(States(original), States(written));
    }

    private static IEnumerable<string> States(MegatronCheckpoint checkpoint) =>
        checkpoint
            .Index!.Objects.Select(entry => entry.Key)
            .Where(key => key.Contains("_extra_state", StringComparison.Ordinal))
            .Order();

    /// <summary>The parameters by their names in the model, whatever their spelling.</summary>
    private static Dictionary<string, string> Contents(ModelProvider provider, MegatronCheckpoint checkpoint)
    {
        CheckpointParameters parameters = new(checkpoint);
        return MegatronBridge
            .Model.ModelTable.Build(provider)
            .Parameters.ToDictionary(
                parameter => parameter.Name,
                parameter => Convert.ToHexString(parameters.Find(parameter)!.ToArray())
            );
    }

    private static PickleDict Attributes(MegatronCheckpoint checkpoint)
    {
        Assert.True(checkpoint.CommonState!.Values["args"].TryGetAttributes(out PickleDict? attributes));
        return attributes;
    }
}
