using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class TorchFullyShardedDataParallelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama-untied", 2, 1)]
    [InlineData("llama-untied", 3, 1)] // which divides no number of rows
    [InlineData("qwen3moe", 4, 2)]
    public void Shards_are_rows_that_make_up_the_whole(string family, int ranks, int tp)
    {
        RankWorld.Run(
            ranks,
            world =>
            {
                IReadOnlyList<MegatronModel> models = RankModels.Build(family, new() { Tp = tp }, world);
                foreach (ModelTensor tensor in models[0].Tensors)
                {
                    tensor.Set(i => i % 251);
                }

                using TorchFullyShardedDataParallel model = TorchFullyShardedDataParallel.Wrap(models, new())[0];
                foreach (ModelTensor tensor in model.Parameters)
                {
                    ParameterShard shard = tensor.Shard!;
                    long most = (tensor.Shape[0] + shard.Group.Size - 1) / shard.Group.Size;
                    long first = Math.Min(tensor.Shape[0], shard.Group.Rank * most);
                    Assert.Equal((first, Math.Min(most, tensor.Shape[0] - first)), (shard.FirstRow, shard.Shape[0]));
                    int start = (int)(first * tensor.Shape.CountFrom(1));
                    Assert.Equal(
                        Enumerable.Range(start, (int)shard.Shape.ElementCount).Select(i => (float)(i % 251)),
                        shard.View.Numbers()
                    );
                    Assert.Throws<InvalidOperationException>(() => tensor.View);
                }

                foreach (ShardedUnit unit in model.Units)
                {
                    using (model.Gather(unit))
                    using (model.Gather(unit)) // as backward within forward
                    {
                        Assert.All(
                            unit.Parameters,
                            tensor =>
                                Assert.Equal(
                                    Enumerable.Range(0, (int)tensor.Shape.ElementCount).Select(i => (float)(i % 251)),
                                    tensor.View.Numbers()
                                )
                        );
                    }

                    Assert.All(unit.Parameters, tensor => Assert.Throws<InvalidOperationException>(() => tensor.View));
                }
            }
        );
    }

    [Fact]
    public void Layers_embedding_and_output_are_gathered_on_their_own()
    {
        using TorchFullyShardedDataParallel model = TorchFullyShardedDataParallel.Wrap(
            RankModels.Build("llama-untied", ParallelSizes.One, RankWorld.One),
            new()
        )[0];
        Assert.Equal(
            ["embedding.", "decoder.layers.0.", "decoder.layers.1.", "", "output_layer."],
            model.Units.Select(unit => unit.Name)
        );
        Assert.Equal(model.Parameters, model.Units.SelectMany(unit => unit.Parameters));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Each_rank_has_the_mean_of_its_rows_of_the_gradients(int ranks, bool isWide)
    {
        RankWorld.Run(
            ranks,
            world =>
            {
                using TorchFullyShardedDataParallel model = TorchFullyShardedDataParallel.Wrap(
                    RankModels.Build("qwen3moe", ParallelSizes.One, world),
                    new() { GradReduceInFp32 = isWide }
                )[0];
                for (int step = 0; step < 2; step++)
                {
                    model.ZeroGradients();
                    using (model.NoSync())
                    {
                        Add(model, i => (i % 5) + (2 * world.Rank));
                    }

                    Add(model, i => i % 5);
                    model.FinishGradientSync();
                    foreach (ModelTensor tensor in model.Parameters)
                    {
                        int start = (int)(tensor.Shard!.FirstRow * tensor.Shape.CountFrom(1));
                        Gradient gradient = model.GradientOf(tensor);
                        Assert.Equal(isWide ? DType.F32 : DType.BF16, gradient.DType);
                        Assert.Equal(
                            Enumerable
                                .Range(start, (int)tensor.Shard.Shape.ElementCount)
                                .Select(i => (2f * (i % 5)) + ranks - 1),
                            gradient.View.Numbers()
                        );
                    }
                }
            }
        );
    }

    [Theory]
    [InlineData("llama-untied", 3, 1)]
    [InlineData("qwen3moe", 4, 2)]
    public void A_sharded_model_loads_exports_and_saves_like_any_other(string family, int ranks, int tp)
    {
        GoldenCase golden = new(family, tp == 1 ? "tp1pp1" : "tp2pp1");
        ImportPlan import = golden.Plan();
        string plain = Path.Combine(_folder, "plain");
        string sharded = Path.Combine(_folder, "sharded");
        RankWorld.Run(
            ranks,
            world =>
            {
                IReadOnlyList<MegatronModel> models = MegatronModel.Build(golden.Provider, new(world, golden.Sizes));
                models[0].Load(import);
                ModelCheckpoint.Save(models, plain);
                IReadOnlyList<MegatronModel> others = MegatronModel.Build(golden.Provider, new(world, golden.Sizes));
                using TorchFullyShardedDataParallel model = TorchFullyShardedDataParallel.Wrap(others, new())[0];
                others[0].Load(import);
                ModelCheckpoint.Save(others, sharded);

                Dictionary<string, string> expected = Hashes(golden, models);
                Assert.Equal(expected, Hashes(golden, others));
            }
        );
        string[] files = [.. Directory.GetFiles(plain, "*.distcp", SearchOption.AllDirectories)];
        Assert.NotEmpty(files);
        Assert.All(
            files,
            file =>
                Assert.Equal(
                    File.ReadAllBytes(file),
                    File.ReadAllBytes(file.Replace(plain, sharded, StringComparison.Ordinal))
                )
        );
    }

    [Fact]
    public void What_upstream_cannot_share_out_is_refused_with_all_reasons()
    {
        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(() =>
            RankWorld.Run(
                4,
                world =>
                    DataParallelModel.Wrap(
                        RankModels.Build("llama", new() { Pp = 2 }, world),
                        new() { UseDistributedOptimizer = true },
                        useTorchFsdp2: true
                    )
            )
        );
        Assert.Equal(3, fault.Faults.Count);
        Assert.Contains("pipeline_model_parallel_size is 2", fault.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Hashes(GoldenCase golden, IReadOnlyList<MegatronModel> models) =>
        ExportPlan
            .Create(new GatheredParameters(models), golden.Family, golden.Provider, null)
            .Tensors.ToDictionary(tensor => tensor.Key, tensor => GoldenManifest.Hash(tensor.Value));

    private static void Add(TorchFullyShardedDataParallel model, Func<int, float> number)
    {
        foreach (ModelTensor tensor in model.Parameters.Reverse())
        {
            model.AddGradient(tensor, RankModels.GradientFor(tensor, number));
        }
    }
}
