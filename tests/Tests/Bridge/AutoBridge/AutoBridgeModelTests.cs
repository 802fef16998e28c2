using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge;

/// <summary>Models in memory, on one rank and on several: made, loaded, exported, saved.</summary>
public sealed class AutoBridgeModelTests : IDisposable
{
    private static readonly GetModelOptions Plain = new() { WrapWithDdp = false, UseCpuInitialization = true };
    private readonly TemporaryFolder _folder = new();

    private string Hf => _folder["hf"];

    [Theory]
    [InlineData("llama-sharded", 2, 2, 1)]
    [InlineData("qwen3moe", 2, 1, 2)]
    [InlineData("qwen3", 1, 1, 1)]
    [InlineData("qwen3_vl", 2, 1, 1)]
    [InlineData("deepseek_v3-mtp", 1, 2, 1)]
    [InlineData("gpt_oss", 1, 1, 2)]
    [InlineData("nemotron_h", 2, 1, 1)]
    [InlineData("flux", 2, 1, 1)]
    public async Task Providers_make_models_with_the_weights_in_them_that_are_saved_as_they_came(
        string family,
        int tp,
        int pp,
        int ep
    )
    {
        await WriteAsync(family);
        File.WriteAllText(Path.Combine(Hf, "tokenizer.json"), "{}");
        using AutoBridge bridge = AutoBridge.FromHfPretrained(Hf);
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Ep = ep,
        };
        KeyValuePair<string, string>[] padding = bridge.GetModelConfig().Has("should_pad_vocab")
            ? [new("should_pad_vocab", "true")]
            : [];
        RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                ModelProvider provider = bridge.ToMegatronProvider();
                provider.TensorModelParallelSize = tp;
                provider.PipelineModelParallelSize = pp;
                provider.ExpertModelParallelSize = ep;
                provider.ExpertTensorParallelSize = 1;
                foreach ((string field, string value) in padding)
                {
                    provider.SetFromText(field, value);
                }

                provider.InitializeModelParallel(rank);
                IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(Plain);
                bridge.SaveHfPretrained(models, _folder["again"]);
                bridge.SaveHfWeights(models, _folder["weights"], new() { DistributedSave = true });
                bridge.SaveMegatronModel(
                    models,
                    _folder["megatron"],
                    new() { HfTokenizerPath = family == "flux" ? null : Hf }
                );
            }
        );
        await AutoBridge.ImportCheckpointAsync(
            new()
            {
                HfModel = Hf,
                MegatronPath = _folder["imported"],
                Sizes = sizes,
                Settings = padding,
            }
        );
        Assert.Equal(
            Files(_folder["imported"] + "/iter_0000000", "distcp"),
            Files(_folder["megatron"] + "/iter_0000000", "distcp")
        );
        Assert.Equal(RunConfig("imported"), RunConfig("megatron"));
        await bridge.ExportCheckpointAsync(_folder["imported"], _folder["exported"]);
        Assert.Equal(Files(_folder["exported"]), Files(_folder["again"]));
        Assert.Equal(
            Files(_folder["exported"]).Where(file => file.Name.Contains("safetensors", StringComparison.Ordinal)),
            Files(_folder["weights"])
        );

        IReadOnlyList<string> loaded = RankWorld.Run(
            2,
            rank =>
            {
                IReadOnlyList<MegatronModel> models = bridge.LoadMegatronModel(
                    _folder["megatron"],
                    new() { TensorModelParallelSize = 2 },
                    rank
                );
                bridge.SaveHfPretrained(models, _folder["loaded"]);
                return models[0].Parallel.Sizes.Describe();
            }
        );
        Assert.Equal(["TP 2", "TP 2"], loaded);
        Assert.Equal(Files(_folder["exported"]), Files(_folder["loaded"]));
    }

    [Fact]
    public async Task A_model_of_a_config_has_no_weights_and_says_so()
    {
        await WriteAsync("llama");
        using AutoBridge bridge = AutoBridge.FromHfConfig(AutoConfig.FromPretrained(Hf));
        IReadOnlyList<MegatronModel> models = bridge.ToMegatronModel(loadWeights: false, options: Plain);
        foreach (
            Action act in (Action[])
                [() => bridge.LoadHfWeights(models), () => bridge.ToMegatronProvider(), () => bridge.GetModel()]
        )
        {
            ArgumentException e = Assert.Throws<ArgumentException>(act);
            Assert.Contains("made of a config has no weights", e.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => bridge.GetModel(loadWeights: false, hfPath: Hf));
        bridge.LoadHfWeights(models, Hf);
        bridge.SaveHfPretrained(models, _folder["again"], new() { SourcePath = Hf });
        using HfFolder original = HfFolder.Open(Hf);
        using HfFolder again = HfFolder.Open(_folder["again"]);
        Assert.All(original.Names, name => Assert.Equal(original.Find(name)!.ToArray(), again.Find(name)!.ToArray()));
        Assert.Contains("generation_config.json", again.FileNames);
        Assert.Throws<BadFileException>(() =>
            bridge.SaveHfPretrained(models, _folder["other"], new() { SourcePath = _folder["nowhere"] })
        );
        Assert.False(Directory.Exists(_folder["other"]));
    }

    [Fact]
    public async Task Other_weights_for_the_same_model_are_loaded_from_where_they_are()
    {
        await WriteAsync("llama");
        using AutoBridge bridge = AutoBridge.FromHfConfig(AutoConfig.FromPretrained(Hf));
        ModelProvider provider = bridge.ToMegatronProvider(hfPath: Hf);
        Assert.Equal(Hf, provider.HfModelId);
        Assert.False(provider.PerformInitialization);
        Assert.Single(provider.MetaModel);
        MegatronModel model = Assert.Single(provider.ProvideDistributedModel(Plain));
        using HfFolder original = HfFolder.Open(Hf);
        Assert.Equal(
            original.Find("model.norm.weight")!.ToArray(),
            model.Find("decoder.final_layernorm.weight")!.View.ToArray()
        );
        Assert.Throws<BadFileException>(() => bridge.LoadHfWeights([model], _folder["nowhere"]));
    }

    [Fact]
    public async Task A_changed_config_makes_a_changed_model_and_stays_as_it_is()
    {
        await WriteAsync("llama");
        using AutoBridge bridge = AutoBridge.FromHfPretrained(Hf);
        ModelProvider config = bridge.GetModelConfig();
        Assert.True(config.PerformInitialization);
        Assert.Null(config.PreWrapHook);
        config.MakeVocabSizeDivisibleBy = 128;
        config.ShouldPadVocab = true;
        IReadOnlyList<MegatronModel> models = bridge.GetModel(config, options: Plain);
        Assert.Equal(0, models[0].Find("embedding.word_embeddings.weight")!.Shape[0] % 128);
        Assert.Null(config.PreWrapHook);
        Assert.Null(config.Parallel);
        bridge.SaveHfPretrained(models, _folder["again"]);
        using HfFolder original = HfFolder.Open(Hf);
        using HfFolder again = HfFolder.Open(_folder["again"]);
        Assert.All(original.Names, name => Assert.Equal(original.Find(name)!.ToArray(), again.Find(name)!.ToArray()));
    }

    [Fact]
    public async Task Parameters_that_may_differ_stay_as_they_are_and_others_are_refused()
    {
        await WriteAsync("llama-untied");
        using AutoBridge bridge = AutoBridge.FromHfPretrained(Hf);
        ModelProvider config = bridge.GetModelConfig();
        config.VocabSize *= 2;
        IReadOnlyList<MegatronModel> models = bridge.GetModel(config, loadWeights: false, options: Plain);
        MappingException e = Assert.Throws<MappingException>(() => bridge.LoadHfWeights(models));
        Assert.Equal(2, e.Faults.Count);
        Assert.Throws<MappingException>(() => bridge.LoadHfWeights(models, allowedMismatchedParams: ["embedding.*"]));
        byte[] before = models[0].Find("output_layer.weight")!.View.ToArray();
        Told told = new();
        Assert.Same(models, bridge.LoadHfWeights(models, null, ["embedding.*", "output_layer.*"], progress: told));
        Assert.InRange(told.Last.DoneBytes, 1, told.Last.TotalBytes - 1);
        Assert.Equal(before, models[0].Find("output_layer.weight")!.View.ToArray());
        using HfFolder original = HfFolder.Open(Hf);
        Assert.Equal(
            original.Find("model.norm.weight")!.ToArray(),
            models[0].Find("decoder.final_layernorm.weight")!.View.ToArray()
        );
    }

    [Fact]
    public async Task Models_that_are_none_and_models_of_another_kind_are_refused()
    {
        await WriteAsync("llama");
        using AutoBridge bridge = AutoBridge.FromHfPretrained(Hf);
        Assert.Throws<ArgumentException>(() => bridge.LoadHfWeights([]));
        Assert.Contains(
            "for its shapes alone",
            Assert.Throws<ArgumentException>(() => bridge.LoadHfWeights(bridge.ToMegatronProvider().MetaModel)).Message,
            StringComparison.Ordinal
        );
        GoldenCase hybrid = new("nemotron_h", "tp1pp1");
        IReadOnlyList<MegatronModel> other = MegatronModel.Build(
            hybrid.Provider,
            new(RankWorld.One, ParallelSizes.One),
            isMeta: false
        );
        MappingException e = Assert.Throws<MappingException>(() => bridge.ExportHfWeights(other).Count());
        Assert.Contains("GPTModelProvider", e.Message, StringComparison.Ordinal);
        GoldenCase qwen = new("qwen3", "tp1pp1");
        IReadOnlyList<MegatronModel> near = MegatronModel.Build(qwen.Provider, new(RankWorld.One, ParallelSizes.One));
        Assert.Throws<MappingException>(() => bridge.LoadHfWeights(near));
        Assert.Throws<MappingException>(() => bridge.SaveHfPretrained(near, _folder["again"]));
        Assert.False(Directory.Exists(_folder["again"]));
    }

    [Fact]
    public async Task Ranks_that_disagree_are_told_who_would_do_what()
    {
        await WriteAsync("llama");
        Directory.CreateDirectory(_folder["other"]);
        foreach (string file in Directory.GetFiles(Hf))
        {
            File.Copy(file, Path.Combine(_folder["other"], Path.GetFileName(file)));
        }

        using AutoBridge bridge = AutoBridge.FromHfPretrained(Hf);
        CollectiveException e = Assert.Throws<CollectiveException>(() =>
            RankWorld.Run(
                2,
                rank =>
                {
                    ModelProvider provider = bridge.ToMegatronProvider(loadWeights: false);
                    provider.TensorModelParallelSize = 2;
                    provider.ShouldPadVocab = true;
                    provider.InitializeModelParallel(rank);
                    IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(Plain);
                    bridge.LoadHfWeights(models, rank.Rank == 0 ? null : _folder["other"]);
                }
            )
        );
        Assert.Contains("rank 0 would load", e.Message, StringComparison.Ordinal);
        Assert.Contains($"of {_folder["other"]}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_name_both_sides_and_where_they_are()
    {
        await WriteAsync("llama");
        using AutoBridge bridge = AutoBridge.FromHfPretrained(Hf);
        IReadOnlyList<IReadOnlyList<WeightConversionTask>> ranks = RankWorld.Run(
            2,
            rank =>
            {
                ModelProvider provider = bridge.ToMegatronProvider();
                provider.PipelineModelParallelSize = 2;
                provider.InitializeModelParallel(rank);
                return bridge.GetConversionTasks(provider.ProvideDistributedModel(Plain));
            }
        );
        Assert.Equal(ranks[0].Select(task => task.GlobalParamName), ranks[1].Select(task => task.GlobalParamName));
        int layer = bridge.TransformerConfig.NumLayers - 1;
        string global = $"decoder.layers.{layer}.self_attention.linear_qkv.weight";
        WeightConversionTask there = ranks[0].Single(task => task.GlobalParamName == global);
        WeightConversionTask here = ranks[1].Single(task => task.GlobalParamName == global);
        Assert.Equal(global, there.ParamName);
        Assert.Null(there.ParamWeight);
        Assert.Equal((1, 0), (here.PpRank, here.VpStage));
        Assert.Equal($"decoder.layers.{(layer + 1) / 2 - 1}.self_attention.linear_qkv.weight", here.ParamName);
        Assert.Same(here.ParamWeight, here.MegatronModule!.Find(here.ParamName));
        Assert.Equal(["q_proj", "k_proj", "v_proj"], here.Mapping.HfParams.Select(name => name.Split('.')[^2]));
        Assert.Equal("qkv", here.Mapping.Mapping.Kind);
    }

    [Fact]
    public async Task A_cancelled_save_leaves_nothing_and_a_folder_is_only_replaced_when_asked_for()
    {
        await WriteAsync("llama");
        using AutoBridge bridge = AutoBridge.FromHfPretrained(Hf);
        IReadOnlyList<MegatronModel> models = bridge.ToMegatronModel(options: Plain);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            bridge.SaveHfPretrained(models, _folder["again"], cancellation: cancelled.Token)
        );
        Assert.Equal(["hf"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        bridge.SaveHfPretrained(models, _folder["again"]);
        Assert.Throws<BadFileException>(() => bridge.SaveHfPretrained(models, _folder["again"]));
        bridge.SaveHfPretrained(models, _folder["again"], new() { Overwrite = true, WeightDType = DType.F32 });
        using HfFolder again = HfFolder.Open(_folder["again"]);
        Assert.All(again.Names, name => Assert.Equal(DType.F32, again.Find(name)!.DType));
        Assert.Throws<BadFileException>(() => bridge.SaveHfPretrained(models, Path.Combine(Hf, "inside")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SaveHfOptions { SaveEveryNRanks = 0 });
    }

    public void Dispose() => _folder.Dispose();

    private string RunConfig(string name) =>
        File.ReadAllText(Path.Combine(_folder[name], "iter_0000000", "run_config.yaml"))
            .Replace(_folder[name], "checkpoint", StringComparison.Ordinal);

    private sealed class Told : IProgress<TransferProgress>
    {
        public TransferProgress Last { get; private set; }

        public void Report(TransferProgress value) => Last = value;
    }

    private Task WriteAsync(string family) => GoldenFolder.WriteAsync(GoldenManifest.Load(family), Hf);

    /// <summary>Names and contents of the files in a folder.</summary>
    private static IReadOnlyList<(string Name, string Hash)> Files(string folder, string end = "") =>
        [
            .. Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => path.EndsWith(end, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    (
                        Path.GetRelativePath(folder, path),
                        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))
                    )
                ),
        ];
}
