using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Ranks;

public sealed class DistributedDataParallelTests
{
    private static readonly DistributedDataParallelConfig Plain = new();
    private static readonly DistributedDataParallelConfig Overlapping = new()
    {
        OverlapGradReduce = true,
        BucketSize = 5000,
        AverageInCollective = true,
    };
    private static readonly DistributedDataParallelConfig Sharing = new()
    {
        UseDistributedOptimizer = true,
        OverlapGradReduce = true,
        BucketSize = 5000,
        GradReduceInFp32 = true,
    };

    private static readonly DistributedDataParallelConfig Large = Sharing with { BucketSize = 1_000_000 };

    public static TheoryData<string, int, int, int, int, int> Layouts =>
        new()
        {
            // family, world, tp, pp, cp, ep
            { "llama-untied", 2, 1, 1, 1, 1 },
            { "llama-untied", 4, 1, 1, 2, 1 },
            { "llama-untied", 8, 2, 2, 1, 1 },
            { "llama", 4, 1, 2, 1, 1 },
            { "qwen3moe", 4, 1, 1, 1, 2 },
            { "qwen3moe", 8, 2, 1, 1, 2 },
            { "qwen3moe", 4, 2, 1, 1, 1 },
        };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_rank_has_the_mean_of_all_gradients(string family, int world, int tp, int pp, int cp, int ep) =>
        ReducesToMean(family, world, Sizes(tp, pp, cp, ep), Plain);

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Buckets_are_reduced_when_their_gradients_are_there(
        string family,
        int world,
        int tp,
        int pp,
        int cp,
        int ep
    ) => ReducesToMean(family, world, Sizes(tp, pp, cp, ep), Overlapping);

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Ranks_of_a_distributed_optimizer_have_their_share_of_the_mean(
        string family,
        int world,
        int tp,
        int pp,
        int cp,
        int ep
    ) => ReducesToMean(family, world, Sizes(tp, pp, cp, ep), Sharing);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Instances_of_the_optimizer_share_the_mean_of_all_ranks(bool averages) =>
        ReducesToMean(
            "qwen3moe",
            8,
            Sizes(1, 1, 1, 2),
            Sharing with
            {
                NumDistributedOptimizerInstances = 2,
                AverageInCollective = averages,
            }
        );

    [Fact]
    public void Gradients_that_are_added_up_as_float32_lose_nothing_before_they_are_reduced()
    {
        DistributedDataParallelConfig config = new() { ParamNamePatternsForFp32LocalAccumulation = ["*.linear_fc1.*"] };
        RankWorld.Run(
            2,
            world =>
            {
                using DistributedDataParallel model = Wrap("llama-untied", ParallelSizes.One, config, world)[0];
                ModelTensor wide = model.Model.Find("decoder.layers.0.mlp.linear_fc1.weight")!;
                ModelTensor narrow = model.Model.Find("decoder.layers.0.mlp.linear_fc2.weight")!;
                Assert.Equal((DType.F32, DType.BF16), (model.GradientOf(wide).DType, model.GradientOf(narrow).DType));
                foreach (ModelTensor tensor in (ModelTensor[])[wide, narrow])
                {
                    // A bfloat16 has 8 bits: 256 + 1 is 256.
                    model.AddGradient(tensor, RankModels.GradientFor(tensor, _ => 256));
                    model.AddGradient(tensor, RankModels.GradientFor(tensor, _ => 1));
                    model.AddGradient(tensor, RankModels.GradientFor(tensor, _ => 1));
                }

                model.FinishGradientSync();

                Assert.All(model.GradientOf(wide).View.Numbers(), number => Assert.Equal(258, number));
                Assert.All(model.GradientOf(narrow).View.Numbers(), number => Assert.Equal(256, number));
            }
        );
    }

    [Fact]
    public void Parameters_and_gradients_lie_where_the_buckets_say()
    {
        RankWorld.Run(
            2,
            world =>
            {
                using DistributedDataParallel model = Wrap("llama-untied", ParallelSizes.One, Sharing, world)[0];
                ModelTensor last = model.Model.Find("output_layer.weight")!;
                ModelTensor norm = model.Model.Find("decoder.final_layernorm.weight")!;
                GradientBuffer buffer = Assert.Single(model.Buffers);

                Assert.Equal((DType.BF16, DType.F32), (buffer.ParameterType, buffer.GradientType));
                Assert.Equal([last], buffer.Buckets[0].Parameters); // 160 x 64 elements fill a bucket of 5000
                Assert.Equal((0, 10240), (buffer.Buckets[0].Start, buffer.Buckets[0].End));
                Assert.Equal(norm, buffer.Buckets[1].Parameters[0]);
                Assert.Equal((10240, 10240), (buffer.Buckets[1].Start, buffer.StartOf(norm)));
                Assert.Equal(world.Rank == 0 ? (0, 5120) : (5120, 10240), buffer.Buckets[0].Share);
                Assert.All(buffer.Buckets, bucket => Assert.Equal(0, bucket.End % 128));
                Assert.Equal(buffer.ElementCount, buffer.Buckets[^1].End);
            }
        );
    }

    [Fact]
    public void Only_the_first_stage_and_chunk_have_several_buckets()
    {
        ParallelSizes sizes = new() { Pp = 2, Vp = 1 };
        RankWorld.Run(
            2,
            world =>
            {
                IReadOnlyList<DistributedDataParallel> models = Wrap(
                    "llama-untied",
                    sizes,
                    Sharing with
                    {
                        UseDistributedOptimizer = false,
                    },
                    world
                );
                Assert.Equal(world.Rank == 0, models[0].Buckets.Count() > 1);
            }
        );
    }

    [Fact]
    public void A_tied_embedding_and_its_copy_have_buckets_of_their_own()
    {
        RankWorld.Run(
            2,
            world =>
            {
                using DistributedDataParallel model = Wrap("llama", new() { Pp = 2 }, Large, world)[0];
                string name = world.Rank == 0 ? "embedding.word_embeddings.weight" : "output_layer.weight";
                GradientBucket bucket = model.Buckets.Single(bucket => bucket.Parameters.Count == 1);
                Assert.Equal(name, bucket.Parameters[0].Name);
            }
        );
    }

    [Fact]
    public void Ranks_of_a_distributed_optimizer_gather_what_each_has_changed()
    {
        RankWorld.Run(
            4,
            world =>
            {
                using DistributedDataParallel model = Wrap(
                    "qwen3moe",
                    new() { Ep = 2 },
                    Sharing with
                    {
                        OverlapParamGather = world.Size == 4,
                    },
                    world
                )[0];
                foreach (GradientBucket bucket in model.Buckets)
                {
                    foreach (ModelTensor tensor in bucket.Parameters)
                    {
                        long start = bucket.Buffer.StartOf(tensor);
                        tensor.Set(i =>
                            start + i >= bucket.Share.Start && start + i < bucket.Share.End
                                ? 1 + bucket.Buffer.Group.Rank
                                : -1
                        );
                    }
                }

                model.StartParameterSync();

                foreach (GradientBucket bucket in model.Buckets)
                {
                    long share = (bucket.End - bucket.Start) / bucket.Buffer.Group.Size;
                    foreach (ModelTensor tensor in bucket.Parameters)
                    {
                        model.FinishParameterSync(tensor);
                        long start = bucket.Buffer.StartOf(tensor) - bucket.Start;
                        Assert.Equal(
                            Enumerable.Range(0, (int)tensor.Shape.ElementCount).Select(i => 1f + ((start + i) / share)),
                            tensor.View.Numbers()
                        );
                    }
                }
            }
        );
    }

    [Fact]
    public void Micro_batches_without_sync_are_added_up_and_reduced_once()
    {
        RankWorld.Run(
            2,
            world =>
            {
                using DistributedDataParallel model = Wrap("llama-untied", ParallelSizes.One, Overlapping, world)[0];
                for (int step = 0; step < 3; step++)
                {
                    model.ZeroGradients();
                    using (model.NoSync())
                    {
                        Add(model, _ => 2 + world.Rank);
                        Add(model, _ => 2 + world.Rank);
                    }

                    Add(model, _ => 2 + world.Rank);
                    model.FinishGradientSync();
                    Assert.All(
                        model.Parameters,
                        tensor =>
                            Assert.All(model.GradientOf(tensor).View.Numbers(), number => Assert.Equal(7.5f, number))
                    );
                }
            }
        );
    }

    [Fact]
    public void Gradients_can_be_scaled_and_zeroed()
    {
        using DistributedDataParallel model = Wrap("llama-untied", ParallelSizes.One, Plain, RankWorld.One)[0];
        Add(model, i => i % 7);
        model.ScaleGradients(0.5f);
        ModelTensor tensor = model.Parameters.First();
        Assert.Equal(
            Enumerable.Range(0, (int)tensor.Shape.ElementCount).Select(i => i % 7 * 0.5f),
            model.GradientOf(tensor).View.Numbers()
        );
        model.ZeroGradients();
        Assert.All(model.GradientOf(tensor).View.Numbers(), number => Assert.Equal(0, number));
    }

    [Fact]
    public void Replicas_become_the_first_one()
    {
        ParallelSizes sizes = new() { Ep = 2 };
        IReadOnlyList<(bool IsExpert, float Number)[]> ranks = RankWorld.Run(
            4,
            world =>
            {
                IReadOnlyList<MegatronModel> models = RankModels.Build("qwen3moe", sizes, world);
                foreach (ModelTensor tensor in models[0].Tensors)
                {
                    tensor.Set(_ => world.Rank);
                }

                using DataParallelModel model = DataParallelModel.Wrap(models, Plain, dataParallelRandomInit: true)[0];
                return model
                    .Parameters.Select(tensor => (tensor.Place.Parameter.Expert is not null, tensor.View.Numbers()[^1]))
                    .ToArray();
            }
        );

        for (int rank = 0; rank < 4; rank++)
        {
            Assert.All(ranks[rank], own => Assert.Equal(own.IsExpert ? rank % 2 : 0, own.Number));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Gradients_that_are_no_numbers_are_refused_by_name(float number)
    {
        ArithmeticException fault = Assert.Throws<ArithmeticException>(() =>
            RankWorld.Run(
                2,
                world =>
                {
                    using DistributedDataParallel model = Wrap(
                        "llama-untied",
                        ParallelSizes.One,
                        new() { CheckForNanInGrad = true },
                        world
                    )[0];
                    ModelTensor tensor = model.Model.Find("decoder.final_layernorm.weight")!;
                    model.AddGradient(
                        tensor,
                        RankModels.GradientFor(tensor, i => i == 3 && world.Rank == 1 ? number : 0)
                    );
                    model.FinishGradientSync();
                }
            )
        );
        Assert.Contains("decoder.final_layernorm.weight", fault.Message, StringComparison.Ordinal);
        Assert.Contains("element 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        LayoutException layout = Assert.Throws<LayoutException>(() =>
            RankWorld.Run(
                4,
                world =>
                    Wrap("qwen3moe", new() { Ep = 4 }, Sharing with { NumDistributedOptimizerInstances = 4 }, world)
            )
        );
        Assert.Contains(
            "is 4, which does not divide the 1 data-parallel ranks of experts",
            layout.Message,
            StringComparison.Ordinal
        );

        using DistributedDataParallel model = Wrap("llama-untied", ParallelSizes.One, Plain, RankWorld.One)[0];
        ModelTensor tensor = model.Parameters.First();
        TensorView wrong = new MemoryView(DType.F32, [2], new byte[8]);
        Assert.Throws<ArgumentException>(() => model.AddGradient(tensor, wrong));
        using DistributedDataParallel other = Wrap("llama-untied", ParallelSizes.One, Plain, RankWorld.One)[0];
        Assert.Throws<ArgumentException>(() => other.GradientOf(tensor));
        Assert.Throws<InvalidOperationException>(() => model.StartParameterSync());
        model.StartGradientSync();
        Assert.Throws<InvalidOperationException>(model.StartGradientSync);
        Assert.Throws<InvalidOperationException>(() => Add(model, _ => 1));
        model.FinishGradientSync();
        Add(model, _ => 1);
    }

    /// <summary>Each rank adds other gradients, twice; what it ends with is what arithmetic says.</summary>
    private static void ReducesToMean(
        string family,
        int ranks,
        ParallelSizes sizes,
        DistributedDataParallelConfig config
    )
    {
        // Numbers that every type here can add exactly.
        static float Of(int rank, int i) => (rank + 1) * ((i % 3) - 1);
        RankWorld.Run(
            ranks,
            world =>
            {
                foreach (DistributedDataParallel model in Wrap(family, sizes, config, world))
                {
                    ParallelState parallel = model.Model.Parallel;
                    for (int step = 0; step < 2; step++)
                    {
                        model.ZeroGradients();
                        Add(model, i => Of(world.Rank, i));
                        model.FinishGradientSync();
                        foreach (GradientBucket bucket in model.Buckets)
                        {
                            Check(model, bucket, parallel);
                        }
                    }
                }
            }
        );

        static void Check(DistributedDataParallel model, GradientBucket bucket, ParallelState parallel)
        {
            foreach (ModelTensor tensor in bucket.Parameters)
            {
                bool isShared =
                    tensor.Place.Parameter.Expert is not null && parallel.Sizes.Ep > 1
                    || tensor.Place.Parameter.Expert is not null && parallel.Sizes.Tp > 1;
                ProcessGroup group = isShared ? parallel.ExpertData : parallel.DataAndContext;
                float ranksOfAll = parallel.DataAndContext.Size;
                float[] found = model.GradientOf(tensor).View.Numbers();
                long start = bucket.Buffer.StartOf(tensor);
                for (int i = 0; i < found.Length; i++)
                {
                    if (start + i >= bucket.Share.Start && start + i < bucket.Share.End)
                    {
                        float expected = group.Ranks.Sum(rank => Of(rank, i)) / ranksOfAll;
                        Assert.Equal((tensor.Name, i, expected), (tensor.Name, i, found[i]));
                    }
                }
            }
        }
    }

    private static void Add(DistributedDataParallel model, Func<int, float> number)
    {
        foreach (ModelTensor tensor in model.Parameters.Reverse())
        {
            model.AddGradient(tensor, RankModels.GradientFor(tensor, number));
        }
    }

    private static IReadOnlyList<DistributedDataParallel> Wrap(
        string family,
        ParallelSizes sizes,
        DistributedDataParallelConfig config,
        RankWorld world
    ) => DistributedDataParallel.Wrap(RankModels.Build(family, sizes, world), config);

    private static ParallelSizes Sizes(int tp, int pp, int cp, int ep) =>
        new()
        {
            Tp = tp,
            Pp = pp,
            Cp = cp,
            Ep = ep,
        };
}
