using MegatronBridge.Config;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge;

/// <summary>Weights that come out of a model one after the other.</summary>
public sealed class ExportHfWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private AutoBridge? _bridge;

    private string Hf => _folder["hf"];

    [Theory]
    [InlineData("llama-untied")]
    [InlineData("qwen3moe")]
    [InlineData("gpt_oss")]
    public async Task No_more_is_in_memory_than_the_parameters_of_one_tensor(string family)
    {
        AutoBridge bridge = await OpenAsync(family);
        IReadOnlyList<long> peaks = On(
            2,
            bridge,
            models =>
            {
                HfWeightStream stream = new(models, bridge.Family, bridge.HfConfig, null, null, strict: true);
                Dictionary<string, long> sizes = models[0]
                    .Table.Parameters.ToDictionary(
                        parameter => parameter.Name,
                        parameter =>
                            MegatronModel
                                .TypeOf(parameter, models[0].Provider)
                                .ByteCount(parameter.Shape.ElementCount)!
                                .Value
                    );
                foreach (HfWeight weight in AutoBridge.Export(stream, models[0].Parallel.World, new(), default))
                {
                    weight.Tensor.ToArray();
                }

                long largest = stream.Plan.Names.Max(name => stream.ParametersOf(name).Sum(part => sizes[part]));
                Assert.InRange(stream.PeakBytes, 1, largest);
                return stream.PeakBytes;
            }
        );
        Assert.All(peaks, peak => Assert.True(peak > 0));
        peaks = On(
            2,
            bridge,
            models =>
            {
                HfWeightStream stream = new(models, bridge.Family, bridge.HfConfig, null, null, strict: true);
                HfExportOptions options = new() { Mode = ExportMode.Consolidate };
                foreach (HfWeight weight in AutoBridge.Export(stream, models[0].Parallel.World, options, default))
                {
                    weight.Tensor.ToArray();
                }

                return stream.PeakBytes;
            }
        );
        Assert.True(peaks[0] > 0);
        Assert.Equal(0, peaks[1]);
    }

    [Fact]
    public async Task Consolidated_weights_come_to_rank_0_alone()
    {
        AutoBridge bridge = await OpenAsync("llama-untied");
        IReadOnlyList<int> counts = On(
            4,
            bridge,
            models => bridge.ExportHfWeights(models, new() { Mode = ExportMode.Consolidate }).Count(),
            pp: 2
        );
        Assert.Equal([bridge.MappingRegistry.Resolved.Sum(entry => entry.HfParams.Count), 0, 0, 0], counts);
    }

    [Fact]
    public async Task Weights_come_in_the_order_of_the_layers_or_of_the_files()
    {
        AutoBridge bridge = await OpenAsync("llama-sharded");
        using HfFolder original = HfFolder.Open(Hf);
        (string[] layers, string[] files) = On(
            1,
            bridge,
            models =>
            {
                Assert.Equal(
                    new HfExportOptions().Order == ExportOrder.Layer,
                    bridge.ExportHfWeights(models).First().Name == "model.embed_tokens.weight"
                );
                return (
                    Names(bridge.ExportHfWeights(models)),
                    Names(bridge.ExportHfWeights(models, new() { Order = ExportOrder.Safetensors }))
                );
            }
        )[0];
        Assert.Equal(layers.Order(), files.Order());
        Assert.NotEqual(layers, files);
        Assert.Equal(["lm_head.weight", "model.norm.weight"], layers[^2..].Order());
        Assert.Equal(original.Weights.Files.Values.SelectMany(file => file.Tensors.Keys), files);
    }

    [Fact]
    public async Task Weights_are_cast_when_asked_for()
    {
        AutoBridge bridge = await OpenAsync("llama");
        using HfFolder original = HfFolder.Open(Hf);
        On(
            2,
            bridge,
            models =>
            {
                foreach (HfWeight weight in bridge.ExportHfWeights(models, new() { WeightDType = DType.F32 }))
                {
                    Assert.Equal(DType.F32, weight.Tensor.DType);
                    Assert.Equal(original.Find(weight.Name)!.CastTo(DType.F32).ToArray(), weight.Tensor.ToArray());
                }

                return 0;
            }
        );
    }

    [Fact]
    public async Task A_weight_is_gone_when_the_next_one_is_there()
    {
        AutoBridge bridge = await OpenAsync("llama");
        On(
            2,
            bridge,
            models =>
            {
                List<HfWeight> weights = [.. bridge.ExportHfWeights(models)];
                Assert.Equal("model.norm.weight", weights[^1].Name);
                weights[^1].Tensor.ToArray();
                Assert.Contains(
                    "before going on",
                    Assert.Throws<InvalidOperationException>(() => weights[0].Tensor.ToArray()).Message,
                    StringComparison.Ordinal
                );
                return 0;
            }
        );
    }

    [Fact]
    public async Task Ranks_that_all_stop_early_do_no_harm_and_one_alone_is_told()
    {
        AutoBridge bridge = await OpenAsync("llama");
        On(
            2,
            bridge,
            models =>
            {
                Assert.Equal("model.embed_tokens.weight", bridge.ExportHfWeights(models).First().Name);
                HfExportOptions consolidated = new() { Mode = ExportMode.Consolidate };
                int rank = models[0].Parallel.Rank;
                Assert.Equal(
                    rank == 0 ? 3 : 0,
                    bridge.ExportHfWeights(models, consolidated).Take(rank == 0 ? 3 : 100).Count()
                );
                return bridge.ExportHfWeights(models).Count();
            }
        );
        CollectiveException e = Assert.Throws<CollectiveException>(() =>
            On(2, bridge, models => bridge.ExportHfWeights(models).Take(models[0].Parallel.Rank == 1 ? 2 : 100).Count())
        );
        Assert.Contains("rank 1 stopped before", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExportMode.Replicate)]
    [InlineData(ExportMode.Consolidate)]
    public async Task A_rank_that_is_cancelled_does_not_leave_the_others_waiting(ExportMode mode)
    {
        AutoBridge bridge = await OpenAsync("llama");
        IReadOnlyList<string> ends = On(
            2,
            bridge,
            models =>
            {
                bool isCancelled = models[0].Parallel.Rank == 1;
                try
                {
                    return $"{bridge.ExportHfWeights(models, new() { Mode = mode }, new(isCancelled)).Count()} weights";
                }
                catch (Exception e) when (e is OperationCanceledException or CollectiveException)
                {
                    return e.Message;
                }
            }
        );
        Assert.Contains("rank 1 stopped before model.embed_tokens.weight", ends[0], StringComparison.Ordinal);
        Assert.Contains("canceled", ends[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ranks_that_export_different_things_are_told()
    {
        AutoBridge bridge = await OpenAsync("llama");
        CollectiveException e = Assert.Throws<CollectiveException>(() =>
            On(
                2,
                bridge,
                models =>
                    bridge
                        .ExportHfWeights(
                            models,
                            new() { WeightDType = models[0].Parallel.Rank == 0 ? DType.F32 : DType.BF16 }
                        )
                        .Count()
            )
        );
        Assert.Contains("rank 1 would export", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_choose_what_is_exported()
    {
        AutoBridge bridge = await OpenAsync("gpt_oss");
        On(
            1,
            bridge,
            models =>
            {
                IReadOnlyList<WeightConversionTask> tasks = bridge.GetConversionTasks(models);
                WeightConversionTask[] attention =
                [
                    .. tasks.Where(task => task.ParamName.Contains("linear_qkv.weight", StringComparison.Ordinal)),
                ];
                foreach (ExportMode mode in Enum.GetValues<ExportMode>())
                {
                    Assert.Equal(
                        attention.SelectMany(task => task.Mapping.HfParams),
                        Names(bridge.ExportHfWeights(models, new() { Mode = mode, ConversionTasks = attention }))
                    );
                }

                WeightConversionTask expert = tasks.First(task => task.Mapping.Mapping.IsFused);
                ArgumentException e = Assert.Throws<ArgumentException>(() =>
                    bridge.ExportHfWeights(models, new() { ConversionTasks = [expert] })
                );
                Assert.Contains("has no task", e.Message, StringComparison.Ordinal);
                return 0;
            }
        );
    }

    [Fact]
    public async Task Progress_is_told_and_cancelling_stops()
    {
        AutoBridge bridge = await OpenAsync("llama");
        List<TransferProgress> told = [];
        On(
            1,
            bridge,
            models =>
            {
                int count = bridge.ExportHfWeights(models, new() { Progress = new Told(told) }).Count();
                Assert.Equal(count, told.Count);
                Assert.Equal(told[^1].TotalBytes, told[^1].DoneBytes);
                using CancellationTokenSource source = new();
                Assert.ThrowsAny<OperationCanceledException>(() =>
                {
                    foreach (HfWeight weight in bridge.ExportHfWeights(models, cancellation: source.Token))
                    {
                        source.Cancel();
                    }
                });
                return 0;
            }
        );
    }

    [Fact]
    public async Task What_data_parallel_ranks_share_out_comes_out_whole()
    {
        AutoBridge bridge = await OpenAsync("llama-untied");
        using HfFolder original = HfFolder.Open(Hf);
        RankWorld.Run(
            4,
            rank =>
            {
                ModelProvider provider = bridge.ToMegatronProvider();
                provider.TensorModelParallelSize = 2;
                provider.ShouldPadVocab = true;
                provider.InitializeModelParallel(rank);
                IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(
                    new() { WrapWithDdp = false, UseCpuInitialization = true }
                );
                DataParallelModel.Wrap(models, new(), useTorchFsdp2: true);
                Assert.Contains(
                    "over 2 data-parallel ranks",
                    Assert
                        .Throws<ArgumentException>(() =>
                            bridge.ExportHfWeights(models, new() { Mode = ExportMode.Distribute })
                        )
                        .Message,
                    StringComparison.Ordinal
                );
                int count = 0;
                foreach (HfWeight weight in bridge.ExportHfWeights(models))
                {
                    Assert.Equal(original.Find(weight.Name)!.ToArray(), weight.Tensor.ToArray());
                    count++;
                }

                Assert.True(count > 10);
            }
        );
    }

    public void Dispose()
    {
        _bridge?.Dispose();
        _folder.Dispose();
    }

    private async Task<AutoBridge> OpenAsync(string family)
    {
        await GoldenFolder.WriteAsync(GoldenManifest.Load(family), Hf);
        return _bridge = AutoBridge.FromHfPretrained(Hf);
    }

    private static string[] Names(IEnumerable<HfWeight> weights) => [.. weights.Select(weight => weight.Name)];

    private static IReadOnlyList<T> On<T>(
        int ranks,
        AutoBridge bridge,
        Func<IReadOnlyList<MegatronModel>, T> body,
        int pp = 1
    ) =>
        RankWorld.Run(
            ranks,
            rank =>
            {
                ModelProvider provider = bridge.ToMegatronProvider();
                provider.TensorModelParallelSize = ranks / pp;
                provider.PipelineModelParallelSize = pp;
                provider.ExpertTensorParallelSize = 1;
                provider.ShouldPadVocab = true;
                provider.InitializeModelParallel(rank);
                return body(
                    provider.ProvideDistributedModel(new() { WrapWithDdp = false, UseCpuInitialization = true })
                );
            }
        );

    private sealed class Told(List<TransferProgress> told) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => told.Add(value);
    }
}
