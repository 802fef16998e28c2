using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using Microsoft.Extensions.Logging;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class ModelFactoryTests
{
    private static readonly GetModelOptions Bare = new() { WrapWithDdp = false };

    [Fact]
    public void Hooks_run_in_their_order_each_on_what_the_one_before_it_returned()
    {
        GptModelProvider provider = Small();
        List<string> ran = [];
        Assert.Null(provider.PreWrapHook);
        provider.RegisterPreWrapHook(Note("b"));
        provider.RegisterPreWrapHook(Note("c"));
        provider.RegisterPreWrapHook(Note("a"), prepend: true);
        provider.RegisterPreWrapHook(_ => null);
        provider.RegisterPostWrapHook(Note("post"));
        provider.RegisterPostWrapHook(models => [.. models, .. models]);

        Assert.Equal(2, provider.ProvideDistributedModel(Bare).Count);
        Assert.Equal(["a 1", "b 1", "c 1", "post 1"], ran);

        ran.Clear();
        GetModelOptions own = Bare with
        {
            PreWrapHook = ModelHooks.Compose(models => [models[0], models[0]], Note("own")),
            PostWrapHook = Note("own post"),
        };
        Assert.Equal(2, provider.ProvideDistributedModel(own).Count);
        Assert.Equal(["own 2", "own post 2"], ran);

        ran.Clear();
        ModelProvider clone = provider.Clone();
        clone.RegisterPreWrapHook(Note("clone"));
        _ = provider.ProvideDistributedModel(Bare);
        Assert.DoesNotContain("clone 1", ran);

        ModelHook Note(string name) =>
            models =>
            {
                ran.Add($"{name} {models.Count}");
                return models;
            };
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused_together()
    {
        GetModelOptions options = new()
        {
            Fp16 = true,
            Bf16 = true,
            UseMegatronFsdp = true,
            UseTorchFsdp2 = true,
        };
        Assert.Equal(
            [
                "fp16 and bf16 are both true.",
                "A wrapped model needs a DdpConfig; give one, or set WrapWithDdp to false.",
                "UseMegatronFsdp and UseTorchFsdp2 exclude each other.",
            ],
            Assert.Throws<InvalidConfigException>(() => Small().ProvideDistributedModel(options)).Faults
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_has_initial_weights_and_gradients_as_the_options_say(bool useTorchFsdp2)
    {
        IReadOnlyList<float[]> ranks = RankWorld.Run(
            2,
            world =>
            {
                GptModelProvider provider = Small();
                provider.ShareEmbeddingsAndOutputWeights = false;
                _ = provider.InitializeModelParallel(world, seed: 0);
                using MegatronModel model = provider.ProvideDistributedModel(
                    new()
                    {
                        DdpConfig = new(),
                        UseTorchFsdp2 = useTorchFsdp2,
                        DataParallelRandomInit = true,
                    }
                )[0];
                Assert.Equal(useTorchFsdp2, model.DataParallel is TorchFullyShardedDataParallel);
                ModelTensor tensor = model.Find("embedding.word_embeddings.weight")!;
                Assert.Equal(tensor, model.DataParallel!.GradientOf(tensor).Parameter);
                using IDisposable? whole = (model.DataParallel as TorchFullyShardedDataParallel)?.Gather();
                return tensor.View.Numbers();
            }
        );
        Assert.Equal(ranks[0], ranks[1]);
        Assert.InRange(ranks[0].Average(number => number * number), 0.00038f, 0.00042f);
    }

    [Fact]
    public void A_model_without_contents_is_not_wrapped() =>
        Assert.Contains(
            "embedding.word_embeddings.weight has no contents",
            Assert
                .Throws<InvalidConfigException>(() =>
                    Small().ProvideDistributedModel(new() { DdpConfig = new(), InitModelWithMetaDevice = true })
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(true, null, "F16")]
    [InlineData(null, true, "BF16")]
    [InlineData(false, false, "F32")]
    [InlineData(null, false, "F32")]
    [InlineData(null, null, "BF16")]
    public void The_precision_is_that_of_the_options_else_of_the_provider(bool? fp16, bool? bf16, string type)
    {
        GptModelProvider provider = Small();
        provider.Bf16 = true;
        IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(Bare with { Fp16 = fp16, Bf16 = bf16 });
        Assert.Equal(Enum.Parse<DType>(type), models[0].Tensors[0].DType);
        Assert.Equal(Enum.Parse<DType>(type), provider.ParamsDtype);
        Assert.False(provider.Fp16 && provider.Bf16);
    }

    [Fact]
    public void Without_mixed_precision_parameters_keep_their_type()
    {
        GptModelProvider provider = Small();
        provider.Bf16 = true;
        Assert.Equal(
            DType.F32,
            provider.ProvideDistributedModel(Bare with { MixedPrecision = false })[0].Tensors[0].DType
        );
    }

    [Fact]
    public void A_meta_model_has_no_contents_and_leaves_the_provider_alone()
    {
        GptModelProvider provider = Small();
        ModelTensor tensor = provider.MetaModel[0].Tensors[0];
        Assert.True(tensor.IsMeta);
        Assert.Equal("embedding.word_embeddings.weight", tensor.Name);
        Assert.Null(provider.Parallel);
        Assert.Equal(false, provider["init_model_with_meta_device"]);
    }

    [Fact]
    public void Every_rank_gets_its_virtual_stages()
    {
        IReadOnlyList<string> found = RankWorld.Run(
            4,
            world =>
            {
                GptModelProvider provider = Small();
                (provider.TensorModelParallelSize, provider.PipelineModelParallelSize) = (2, 2);
                provider.VirtualPipelineModelParallelSize = 2;
                _ = provider.InitializeModelParallel(world, seed: 0);
                Lines lines = new();
                IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(Bare with { Logger = lines });
                MegatronModel second = provider.Provide(vpStage: 1);
                Assert.Equal(models[1].Tensors.Select(own => own.Name), second.Tensors.Select(own => own.Name));
                Assert.All(
                    models[1].Tensors.Zip(second.Tensors),
                    both => Assert.Equal(both.First.View.ToArray(), both.Second.View.ToArray())
                );
                return $"{models.Count} {models[0].PreProcess} {models[1].PostProcess} {lines.Text}";
            }
        );

        long layer = 4 * 64 * 64 / 2 + (2 * 64 * 256 / 2) + (2 * 64) + (64 * 3 / 2) + (256 / 2) + (2 * 64) + (2 * 64);
        long embedding = (100 / 2 * 64) + (1024 * 64);
        Assert.Equal(
            [
                .. new[] { (0, 0), (1, 0), (0, 1), (1, 1) }.Select(rank =>
                    $"2 {rank.Item2 == 0} {rank.Item2 == 1} number of parameters on (tensor, pipeline) model parallel rank {rank}: "
                    + $"{(2 * layer) + (rank.Item2 == 0 ? embedding : (2 * 64) + (100 / 2 * 64)):N0}"
                ),
            ],
            found
        );
    }

    [Fact]
    public void A_stage_has_the_ends_that_it_is_asked_for()
    {
        GptModelProvider provider = Small();
        provider.ShareEmbeddingsAndOutputWeights = false;
        provider.Complete();
        Assert.Equal(["decoder", "embedding", "output_layer"], Modules(null, null));
        Assert.Equal(["decoder", "output_layer"], Modules(false, null));
        Assert.Equal(["decoder", "embedding"], Modules(null, false));
        Assert.DoesNotContain(
            provider.Provide(postProcess: false).Tensors,
            tensor => tensor.Name.Contains("final_layernorm", StringComparison.Ordinal)
        );
        provider.ShareEmbeddingsAndOutputWeights = true;
        MegatronModel tied = provider.Provide(preProcess: false);
        Assert.Equal("output_layer.weight", tied.Tensors[^1].Name);
        Assert.False(tied.PreProcess);
        Assert.Throws<LayoutException>(() => provider.Provide(vpStage: 1));

        IEnumerable<string> Modules(bool? pre, bool? post) =>
            provider.Provide(pre, post).Tensors.Select(tensor => tensor.Name.Split('.')[0]).Distinct().Order();
    }

    [Fact]
    public void A_stage_gets_ends_that_another_rank_owns()
    {
        _ = RankWorld.Run(
            2,
            world =>
            {
                GptModelProvider provider = Small();
                provider.PipelineModelParallelSize = 2;
                provider.Complete();
                _ = provider.InitializeModelParallel(world);
                MegatronModel model = provider.Provide(preProcess: true, postProcess: true);
                Assert.Equal(world.Rank == 1, model.Find("embedding.word_embeddings.weight")!.Place.IsCopy);
                Assert.Equal(world.Rank == 0, model.Find("decoder.final_layernorm.weight")!.Place.IsCopy);
                Assert.Null(model.Find("output_layer.weight"));
                return 0;
            }
        );
    }

    [Fact]
    public void A_provider_that_changes_its_sizes_needs_a_new_place()
    {
        GptModelProvider provider = Small();
        _ = provider.InitializeModelParallel();
        provider.TensorModelParallelSize = 2;
        Assert.Contains(
            "laid out over TP 2, but the ranks are those of one rank",
            Assert.Throws<InvalidConfigException>(() => provider.ProvideDistributedModel(Bare)).Message
        );
        Assert.Throws<LayoutException>(() => provider.InitializeModelParallel());
    }

    private static GptModelProvider Small() =>
        new()
        {
            NumLayers = 4,
            HiddenSize = 64,
            NumAttentionHeads = 4,
            VocabSize = 100,
        };

    private sealed class Lines : ILogger
    {
        public string Text { get; private set; } = "";

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Text += formatter(state, exception);
    }
}
