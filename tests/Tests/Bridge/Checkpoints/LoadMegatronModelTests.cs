using MegatronBridge.Checkpoints;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.TorchDist;
using MegatronBridge.Tests.Golden;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.Checkpoints;

public sealed class LoadMegatronModelTests : IDisposable
{
    private const string TorchDist = "megatron-dist-commonpt/iter_0000010";
    private const string LegacyTorch = "legacy-torch-mp_rank/iter_0000010"; // the same weights

    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    public static TheoryData<string, string> Layouts
    {
        get
        {
            TheoryData<string, string> cases = new() { { "deepseek_v3", "tp1pp2" }, { "qwen3_vl", "tp2pp2" } };
            foreach (string family in (string[])["llama", "qwen3moe", "nemotron_h"])
            {
                foreach (string layout in GoldenManifest.Load(family).Layouts)
                {
                    cases.Add(family, layout);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_checkpoint_of_any_layout_is_loaded_into_any_other(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        string path = Save(golden);
        foreach (string other in golden.Manifest.Layouts)
        {
            ParallelSizes sizes = new GoldenCase(family, other).Sizes;
            RankWorld.Run(sizes.WorldSize, rank => AssertLoaded(golden, path, rank, sizes));
        }
    }

    [Theory]
    [InlineData("llama", "tp2pp1-pad128")]
    [InlineData("llama", "tp1pp2vpp2")]
    [InlineData("qwen3moe", "tp2etp2")]
    [InlineData("nemotron_h", "tp2pp2")]
    [InlineData("qwen3_vl", "tp1pp2")]
    public void Whole_tensors_are_those_of_the_model_on_one_rank(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        using MegatronStateDict state = ModelLoadSave.LoadStateDict(Save(golden));
        AssertWhole(golden, state);
    }

    [Theory]
    [InlineData(TorchDist, 1, 1, 1)]
    [InlineData(TorchDist, 2, 1, 1)]
    [InlineData(TorchDist, 2, 2, 1)]
    [InlineData(TorchDist, 1, 4, 1)]
    [InlineData(TorchDist, 1, 2, 2)]
    [InlineData(LegacyTorch, 1, 1, 1)]
    [InlineData(LegacyTorch, 2, 2, 1)]
    [InlineData(LegacyTorch, 1, 2, 2)]
    public void A_checkpoint_of_Megatron_LM_is_loaded_by_its_arguments(string sample, int tp, int pp, int vp)
    {
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Vp = vp,
        };
        LoadModelOptions options = new()
        {
            ModelType = MegatronModelType.Gpt,
            ModelParallel = ModelParallelOverrides.Of(sizes),
        };
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(Samples.Folder(TorchDist));
        RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                IReadOnlyList<MegatronModel> models = ModelLoadSave.LoadMegatronModel(
                    Samples.Folder(sample),
                    options with
                    {
                        World = rank,
                    }
                );
                GatheredParameters gathered = new(models);
                Assert.All(
                    models[0].Table.Parameters,
                    parameter =>
                    {
                        TensorView stored = new CheckpointParameters(new Stored(checkpoint)).Find(parameter)!;
                        Assert.Equal(stored.CastTo(DType.BF16).ToArray(), gathered.Find(parameter)!.ToArray());
                    }
                );
            }
        );
    }

    [Theory]
    [InlineData("llama", "tp2pp2", MegatronModelType.Gpt)]
    [InlineData("qwen3moe", "tp2ep2", MegatronModelType.Gpt)]
    [InlineData("deepseek_v3", "tp1pp2", MegatronModelType.Gpt)]
    [InlineData("nemotron_h", "tp2pp1", MegatronModelType.Hybrid)]
    public void What_only_arguments_describe_is_the_same_model(string family, string layout, MegatronModelType type)
    {
        GoldenCase golden = new(family, layout);
        string path = Save(golden, CheckpointFormat.Torch);
        File.Delete(Path.Combine(path, "iter_0000000", RunConfig.FileName));
        Assert.NotNull(ModelLoadSave.LoadModelConfig(path).Args);
        using MegatronStateDict state = ModelLoadSave.LoadStateDict(path, new() { ModelType = type });
        AssertWhole(golden, state);
    }

    [Fact]
    public void The_config_is_told_as_it_was_saved_and_loaded_on_one_rank()
    {
        string path = Save(new GoldenCase("llama", "tp2pp2"));
        (ModelProvider config, MegatronArgs? args) = ModelLoadSave.LoadModelConfig(path);
        Assert.Equal((2, 2), (config.TensorModelParallelSize, config.PipelineModelParallelSize));
        Assert.Null(args);

        MegatronModel model = Assert.Single(ModelLoadSave.LoadMegatronModel(path));
        Assert.Equal((1, 1), (model.Provider.TensorModelParallelSize, model.Provider.PipelineModelParallelSize));
        Assert.False(model.Provider.PerformInitialization);

        (config, args) = ModelLoadSave.LoadModelConfig(Samples.Folder(TorchDist));
        Assert.Equal((4, 2), (config.NumLayers, config.TensorModelParallelSize));
        Assert.Equal(4, args!["num_layers"]);
    }

    [Fact]
    public void Another_kind_of_model_is_refused_with_what_was_found()
    {
        string message = Assert
            .Throws<InvalidConfigException>(() =>
                ModelLoadSave.LoadMegatronModel(
                    Samples.Folder(TorchDist),
                    new() { ModelType = MegatronModelType.Mamba }
                )
            )
            .Message;
        Assert.Contains("Mamba is asked for", message, StringComparison.Ordinal);
        Assert.Contains("GPT model", message, StringComparison.Ordinal);

        string hybrid = Save(new GoldenCase("nemotron_h", "tp1pp1"));
        Assert.Contains(
            "ask for Hybrid",
            Assert
                .Throws<InvalidConfigException>(() =>
                    ModelLoadSave.LoadStateDict(hybrid, new() { ModelType = MegatronModelType.Gpt })
                )
                .Message,
            StringComparison.Ordinal
        );
        ModelLoadSave.LoadStateDict(hybrid, new() { ModelType = MegatronModelType.Mamba }).Dispose();
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        string path = Save(new GoldenCase("llama", "tp1pp1"));
        LoadModelOptions options = new() { ModelParallel = new() { PipelineModelParallelSize = 2 } };
        Assert.Throws<LayoutException>(() => ModelLoadSave.LoadMegatronModel(path, options)); // one rank
        options = new() { ModelParallel = new() { TensorModelParallelSize = 2 } };
        Assert.Contains(
            "vocab_size (131) must be a multiple",
            Assert.Throws<InvalidConfigException>(() => ModelLoadSave.LoadMegatronModel(path, options)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() =>
            ModelLoadSave.LoadMegatronModel(path, new() { SkipTempDistContext = true })
        );
        Assert.Throws<ArgumentException>(() =>
            ModelLoadSave.LoadMegatronModel(path, new() { SkipTempDistContext = false, World = RankWorld.One })
        );
        Assert.Throws<BadFileException>(() => ModelLoadSave.LoadModelConfig(Samples.Folder("megatron-dist-moe-ep2")));

        (ModelProvider config, _) = ModelLoadSave.LoadModelConfig(path);
        config.NumLayers++;
        config.HiddenSize *= 2;
        string[] faults =
        [
            .. Assert.Throws<MappingException>(() => ModelLoadSave.BuildAndLoadModel(path, config)).Faults,
        ];
        Assert.Contains(faults, fault => fault.Contains("should lie in it", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("should have the shape", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertWhole(GoldenCase golden, MegatronStateDict state)
    {
        MegatronModel expected = MegatronModel.Build(state.Provider, new(RankWorld.One, ParallelSizes.One))[0];
        expected.Load(ImportPlan.Create(golden.Manifest.HfTensors(), golden.Family, state.Provider));
        Assert.Equal(expected.Tensors.Select(tensor => tensor.Name), state.Keys);
        Assert.All(expected.Tensors, tensor => Assert.Equal(tensor.View.ToArray(), state[tensor.Name].ToArray()));
    }

    private static void AssertLoaded(GoldenCase golden, string path, RankWorld rank, ParallelSizes sizes)
    {
        IReadOnlyList<MegatronModel> models = Load(path, rank, sizes);
        ModelProvider config = models[0].Provider;
        IReadOnlyList<MegatronModel> expected = MegatronModel.Build(config, new(rank, sizes));
        ImportPlan import = ImportPlan.Create(golden.Manifest.HfTensors(), golden.Family, config);
        Assert.Equal(expected.Count, models.Count);
        foreach ((MegatronModel right, MegatronModel loaded) in expected.Zip(models))
        {
            right.Load(import);
            Assert.Equal(right.Tensors.Select(tensor => $"{tensor}"), loaded.Tensors.Select(tensor => $"{tensor}"));
            Assert.All(
                right.Tensors,
                tensor => Assert.Equal(tensor.View.ToArray(), loaded.Find(tensor.Name)!.View.ToArray())
            );
        }
    }

    private static IReadOnlyList<MegatronModel> Load(string path, RankWorld rank, ParallelSizes sizes)
    {
        (ModelProvider config, _) = ModelLoadSave.LoadModelConfig(path);
        LoadModelOptions options = new() { World = rank, UseCpuInit = true };
        if (config.ShouldPadVocab || config.VocabSize % sizes.Tp == 0)
        {
            return ModelLoadSave.LoadMegatronModel(
                path,
                options with
                {
                    ModelParallel = ModelParallelOverrides.Of(sizes),
                }
            );
        }

        sizes.ApplyTo(config);
        config.ShouldPadVocab = true;
        return ModelLoadSave.BuildAndLoadModel(path, config, options);
    }

    private string Save(GoldenCase golden, CheckpointFormat format = CheckpointFormat.TorchDist)
    {
        string path = Path.Combine(_folder, golden.Layout.Name);
        ImportPlan import = golden.Plan();
        RankWorld.Run(
            golden.Sizes.WorldSize,
            rank =>
            {
                IReadOnlyList<MegatronModel> models = MegatronModel.Build(golden.Provider, new(rank, golden.Sizes));
                foreach (MegatronModel model in models)
                {
                    model.Load(import);
                }

                ModelLoadSave.SaveMegatronModel(models, path, new() { Format = format });
            }
        );
        return path;
    }

    /// <summary>The tensors of a checkpoint that was not opened as that of a model.</summary>
    private sealed class Stored(TorchDistCheckpoint checkpoint) : ITensorSource
    {
        public IReadOnlyCollection<string> Names => [.. checkpoint.Index.Tensors.Select(tensor => tensor.Key)];

        public TensorView? Find(string name) =>
            checkpoint.Index.FindTensor(name) is null ? null : checkpoint.Tensor(name);
    }
}
