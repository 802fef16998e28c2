using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Layout;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Estimates;

public sealed class MemoryEstimatorTests
{
    private static readonly TrainingSettings Training = new() { SequenceLength = 8192 };

    [Theory]
    [InlineData(false, false, 1, 2 + 4 + 12)]
    [InlineData(false, true, 4, 2 + 4 + 3)]
    [InlineData(true, true, 4, 2 + 4 + 2.5)] // of the copy only what bfloat16 lacks: 2 + 4 + 4
    public void A_parameter_takes_the_bytes_that_the_optimizer_settings_say(
        bool precisionAware,
        bool distributed,
        int dp,
        double bytes
    )
    {
        OptimizerSettings optimizer = new()
        {
            UseDistributedOptimizer = distributed,
            UsePrecisionAwareOptimizer = precisionAware,
        };

        StageMemory memory = Llama(new() { Dp = dp }, Training with { Optimizer = optimizer }).Largest;

        Assert.Equal(8_030_261_248, memory.Parameters);
        Assert.Equal(2 * memory.Parameters, memory.Weights);
        Assert.Equal((long)(bytes * memory.Parameters), memory.Weights + memory.Gradients + memory.OptimizerState);
    }

    [Fact]
    public void Types_of_a_precision_aware_optimizer_count_by_their_size()
    {
        OptimizerSettings optimizer = new()
        {
            UsePrecisionAwareOptimizer = true,
            MainGradsDtype = DType.BF16,
            MainParamsDtype = DType.F16,
            ExpAvgDtype = DType.F8E4M3,
            ExpAvgSqDtype = DType.F16,
        };

        StageMemory memory = Llama(ParallelSizes.One, Training with { Optimizer = optimizer }).Largest;

        Assert.Equal(2 * memory.Parameters, memory.Gradients);
        Assert.Equal((2 + 1 + 2) * memory.Parameters, memory.OptimizerState);
    }

    /// <summary>16 layers each, of 218 112 000 parameters, all but the two norms halved; embedding and head 128 256 × 4096, halved.</summary>
    [Fact]
    public void Stages_and_ranks_share_the_parameters()
    {
        MemoryEstimate estimate = Llama(new() { Tp = 2, Pp = 2 }, Training);

        const long matrices = (4096L * (4096 + 1024 + 1024 + 4096)) + (3L * 4096 * 14336);
        const long layers = 16 * ((matrices / 2) + (2 * 4096));
        const long vocabulary = 128_256L * 4096 / 2;
        Assert.Equal(
            [layers + vocabulary, layers + vocabulary + 4096],
            estimate.Stages.Select(stage => stage.Parameters)
        );
        Assert.Equal(8_030_261_248, estimate.Parameters.Total);
    }

    [Fact]
    public void Experts_are_shared_by_expert_parallel_ranks_and_their_optimizer_state_by_fewer()
    {
        ParallelSizes sizes = new() { Ep = 8, Dp = 16 };
        ModelDescription model = Model("qwen3-30b-a3b");

        MemoryEstimate estimate = MemoryEstimator.Estimate(model.LaidOut(sizes), sizes, Training);

        StageMemory memory = estimate.Largest;
        const long experts = 48L * 16 * 3 * 2048 * 768;
        Assert.Equal(experts, memory.ExpertParameters);
        Assert.Equal(30_532_122_624 - (7 * experts), memory.Parameters);
        Assert.Equal((12 * (memory.Parameters - experts) / 16) + (12 * experts / 2), memory.OptimizerState);
    }

    [Fact]
    public void Experts_make_as_many_copies_of_the_rest_as_they_need()
    {
        ParallelSizes sizes = new() { Ep = 8 };

        MemoryEstimate estimate = MemoryEstimator.Estimate(Model("qwen3-30b-a3b").LaidOut(sizes), sizes, Training);

        Assert.Equal(8, estimate.Sizes.Dp);
    }

    [Theory]
    [InlineData(4, 1, null, "4", "3", "2", "1")]
    [InlineData(4, 1, 2, "2", "2", "2", "1")]
    [InlineData(4, 2, null, "7,4", "5,4", "4,3", "4,1")] // 2 x (stages behind) + 4 + 1 in groups of 4
    [InlineData(4, 2, 4, "4,4", "4,4", "4,3", "4,1")]
    public void Microbatches_under_way_follow_the_schedule(int pp, int vp, int? microbatches, params string[] expected)
    {
        ParallelSizes sizes = new() { Pp = pp, Vp = vp };

        MemoryEstimate estimate = Llama(sizes, Training with { GlobalBatchSize = microbatches });

        Assert.Equal(expected, estimate.Stages.Select(stage => string.Join(',', stage.InFlight)));
    }

    /// <summary>Megatron's rule: groups of as many as the pipeline has ranks or more, and no smaller rest.</summary>
    [Theory]
    [InlineData(4, 6, false)]
    [InlineData(4, 8, true)]
    [InlineData(6, 10, true)] // a group of 6 and one of 4
    [InlineData(6, 8, false)] // a rest of 2
    [InlineData(8, 4, false)]
    [InlineData(3, 6, false)]
    public void Groups_of_microbatches_go_round_the_virtual_stages(int group, int microbatches, bool fits)
    {
        ParallelSizes sizes = new() { Pp = 4, Vp = 2 };
        ModelProvider provider = Model("llama-3.1-8b")
            .LaidOut(sizes, [new("microbatch_group_size_per_vp_stage", $"{group}")]);

        Exception? fault = Record.Exception(() =>
            MemoryEstimator.Estimate(provider, sizes, Training with { GlobalBatchSize = microbatches })
        );

        Assert.Equal(fits, fault is null);
        Assert.True(fault is null or LayoutException, fault?.ToString());
    }

    [Fact]
    public void A_cache_has_keys_and_values_of_each_layer()
    {
        ModelProvider provider = Model("llama-3.1-8b").LaidOut(new() { Tp = 2, Pp = 2 });

        long perStage = 16L * 2 * 8 / 2 * 128 * 2; // layers, key and value, groups of a rank, channels, bytes
        Assert.Equal([3 * 100 * perStage, 3 * 100 * perStage], KeyValueCache.BytesOfStages(provider, 3, 100));
    }

    [Fact]
    public void A_cache_of_latent_attention_has_the_compressed_vector_and_is_not_shared()
    {
        ModelProvider provider = Model("deepseek-v3").LaidOut(new() { Tp = 8 });

        Assert.Equal([61L * (512 + 64) * 2 * 1000], KeyValueCache.BytesOfStages(provider, 1, 1000));
    }

    [Fact]
    public void A_cache_within_a_window_does_not_grow()
    {
        ModelProvider provider = Model("gpt-oss-20b").LaidOut(ParallelSizes.One);

        long token = 2 * 8 * 64 * 2;
        Assert.Equal([(12 * token * 128) + (12 * token * 4096)], KeyValueCache.BytesOfStages(provider, 1, 4096));
    }

    [Theory]
    [InlineData(3, 1, null, "num_attention_heads (32) must be a multiple of tensor_model_parallel_size (3)")]
    [InlineData(1, 5, null, "32 layers do not divide over 5 pipeline ranks")]
    [InlineData(1, 1, 7, "global batch size (7) must be a multiple")]
    public void What_does_not_divide_is_named(int tp, int pp, int? batch, string message)
    {
        Exception fault = Assert.ThrowsAny<Exception>(() =>
            Llama(
                new()
                {
                    Tp = tp,
                    Pp = pp,
                    Dp = 2,
                },
                Training with
                {
                    GlobalBatchSize = batch,
                }
            )
        );

        Assert.True(fault is InvalidConfigException or LayoutException);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_layers", 5000, "num_layers must be")]
    [InlineData("num_moe_experts", 1_000_000, "more than any model has")]
    public void Sizes_that_no_model_has_are_refused_before_a_table_is_made(string field, int size, string message)
    {
        ModelProvider provider = Model("qwen3-30b-a3b").LaidOut(ParallelSizes.One);
        provider[field] = size;

        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(() =>
            MemoryEstimator.Estimate(provider, ParallelSizes.One, Training)
        );

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Optimizer_settings_that_Megatron_refuses_are_refused_all_at_once()
    {
        OptimizerSettings optimizer = new() { ExpAvgDtype = DType.F16, MainGradsDtype = DType.F16 };

        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(optimizer.Validate);

        Assert.Equal(3, fault.Faults.Count);
    }

    internal static ModelDescription Model(string name) =>
        ModelDescription.OfHf(Path.Combine(AppContext.BaseDirectory, "Fixtures", "models", name + ".json"));

    private static MemoryEstimate Llama(ParallelSizes sizes, TrainingSettings settings) =>
        MemoryEstimator.Estimate(Model("llama-3.1-8b").LaidOut(sizes), sizes, settings);
}
