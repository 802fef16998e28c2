using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.Resharding;

public sealed class CheckpointConversionTests : ConversionScene
{
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
        await ConvertAsync(source, Folder["other"], CheckpointFormat.TorchDist, sizes);
        AssertSame(original, Folder["other"]);
        await ConvertAsync(Folder["other"], Folder["again"], CheckpointFormat.TorchDist, new());
        AssertSame(original, Folder["again"]);

        // The legacy format has no optimizer, and torch_dist made of it the keys that are usual.
        ParallelSizes ranks = sizes with
        {
            Etp = 1,
        };
        await ConvertAsync(Folder["other"], Folder["legacy"], CheckpointFormat.Torch, ranks);
        await ConvertAsync(Folder["legacy"], Folder["whole"], CheckpointFormat.TorchDist, sizes);
        Dictionary<string, string> expected = Contents(original.Provider()!, original);
        using MegatronCheckpoint whole = MegatronCheckpoint.Open(Folder["whole"]);
        Assert.Equal(expected, Contents(original.Provider()!, whole));
    }

    [Fact]
    public async Task Arguments_and_config_tell_the_new_layout_and_nothing_else_changes()
    {
        string source = Samples.Folder("legacy-torch-mp_rank");
        ParallelSizes sizes = new() { Pp = 2, Vp = 2 };
        await ConvertAsync(source, Folder["other"], CheckpointFormat.Torch, sizes);
        using MegatronCheckpoint before = MegatronCheckpoint.Open(source);
        using MegatronCheckpoint after = MegatronCheckpoint.Open(Folder["other"]);
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
            Folder[$"other/{IterationTracker.FileName}"],
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
            Folder["wide"],
            CheckpointFormat.TorchDist,
            new() { Tp = 2 },
            settings: [new("should_pad_vocab", "true"), new("make_vocab_size_divisible_by", "40")]
        );
        Assert.Contains(report.Notes, note => note == "output_layer.weight gets 16 rows of zeros more.");
        using (MegatronCheckpoint wide = MegatronCheckpoint.Open(Folder["wide"]))
        {
            foreach (string name in (string[])["output_layer.weight", "optimizer.state.exp_avg.output_layer.weight"])
            {
                TensorView rows = wide.Find(name)!;
                Assert.Equal(new Shape(80, 16), rows.Shape);
                Assert.All(rows.Slice(0, 64, 16).ToArray(), bits => Assert.Equal(0, bits));
            }
        }

        await ConvertAsync(Folder["wide"], Folder["narrow"], CheckpointFormat.Torch, new());
        using MegatronCheckpoint narrow = MegatronCheckpoint.Open(Folder["narrow"]);
        Assert.Equal(new Shape(80, 16), narrow.Find("output_layer.weight")!.Shape);
    }

    [Fact]
    public async Task Layouts_and_folders_that_do_not_fit_are_refused_and_nothing_is_written()
    {
        string experts = Sample("megatron-dist-moe-ep2", "experts", new());
        LayoutException shared = await Assert.ThrowsAsync<LayoutException>(() =>
            ConvertAsync(experts, Folder["out"], CheckpointFormat.Torch, new() { Etp = 2 })
        );
        Assert.Contains("would share mp_rank_00", shared.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidConfigException>(() =>
            ConvertAsync(experts, Folder["out"], CheckpointFormat.TorchDist, new() { Pp = 3 })
        );
        BadFileException inside = await Assert.ThrowsAsync<BadFileException>(() =>
            ConvertAsync(experts, Path.Combine(experts, "out"), CheckpointFormat.Torch, new())
        );
        Assert.Contains("may not be inside", inside.Message, StringComparison.Ordinal);
        BadFileException unknown = await Assert.ThrowsAsync<BadFileException>(() =>
            ConvertAsync(Samples.Folder("megatron-dist-tp2pp2"), Folder["out"], CheckpointFormat.Torch, new())
        );
        Assert.Contains("nothing says what model it is", unknown.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder["out"]));
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
