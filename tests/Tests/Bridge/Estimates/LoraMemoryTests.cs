using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Layout;

namespace MegatronBridge.Tests.Bridge.Estimates;

/// <summary>Memory of training adapters beside frozen weights, computed by hand.</summary>
public sealed class LoraMemoryTests
{
    private const int Rank = 32;

    // linear_qkv 4096 to 6144, linear_proj 4096 to 4096, linear_fc1 4096 to 2 x 14336, linear_fc2 14336 to 4096: A and B of each
    private const long LlamaLayer = Rank * (4096L + 6144 + 4096 + 4096 + 4096 + 28672 + 14336 + 4096);

    private static readonly TrainingSettings Whole = new() { SequenceLength = 8192 };
    private static readonly TrainingSettings Lora = Whole with { Lora = new() };

    [Fact]
    public void Only_adapters_have_gradients_and_optimizer_state()
    {
        StageMemory memory = Estimate("llama-3.1-8b", ParallelSizes.One, Lora).Largest;

        Assert.Equal(71_303_168, 32 * LlamaLayer);
        Assert.Equal(32 * LlamaLayer, memory.TrainableParameters);
        Assert.Equal(8_030_261_248, memory.Parameters);
        Assert.Equal(2 * (memory.Parameters + memory.TrainableParameters), memory.Weights);
        Assert.Equal(4 * memory.TrainableParameters, memory.Gradients);
        Assert.Equal(12 * memory.TrainableParameters, memory.OptimizerState);
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(4, 2, 2)]
    public void Ranks_share_all_matrices_of_a_dense_model(int tp, int pp, int dp)
    {
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Dp = dp,
        };
        MemoryEstimate estimate = Estimate("llama-3.1-8b", sizes, Lora);
        Assert.All(
            estimate.Stages,
            stage =>
            {
                Assert.Equal(32 / pp * LlamaLayer / tp, stage.TrainableParameters);
                Assert.Equal(12 * stage.TrainableParameters / dp, stage.OptimizerState);
            }
        );
    }

    [Fact]
    public void Activations_are_more_by_what_A_gives_for_each_token()
    {
        MemoryEstimate whole = Estimate("llama-3.1-8b", ParallelSizes.One, Whole);
        MemoryEstimate lora = Estimate("llama-3.1-8b", ParallelSizes.One, Lora);
        Assert.Equal(32L * 4 * Rank * 8192 * 2, lora.Largest.Activations - whole.Largest.Activations);
        Assert.Equal(whole.Largest.Transient, lora.Largest.Transient);
    }

    /// <summary>For each row of the four weights a magnitude, of which ranks share those of linear_qkv and linear_fc1.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void DoRA_has_magnitudes_too(int tp)
    {
        ParallelSizes sizes = new() { Tp = tp };
        TrainingSettings dora = Whole with { Lora = new() { Method = AdapterMethod.Dora } };
        StageMemory memory = Estimate("llama-3.1-8b", sizes, dora).Largest;
        StageMemory lora = Estimate("llama-3.1-8b", sizes, Lora).Largest;

        const int columns = 6144 + 28672;
        const int rows = 4096 + 4096;
        Assert.Equal(32 * ((LlamaLayer / tp) + (columns / tp) + rows), memory.TrainableParameters);
        Assert.Equal(2 * (memory.Parameters + memory.TrainableParameters), memory.Weights);

        // The gradient of a magnitude needs what its layer gives, of linear_proj and linear_fc2 the sequence parallel part; the norms
        // need the largest adapted weight twice for a moment.
        Assert.Equal(32L * (columns + rows) / tp * 8192 * 2, memory.Activations - lora.Activations);
        Assert.Equal(2 * 2 * 28672L * 4096 / tp, memory.Transient - lora.Transient);
    }

    /// <summary>As peft counts them: 83 886 080 for rank 32 beside all seven projections.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Canonical_LoRA_has_an_A_for_each_projection(int tp)
    {
        LoraSettings lora = new() { Method = AdapterMethod.CanonicalLora };
        StageMemory memory = Estimate("llama-3.1-8b", new() { Tp = tp }, Whole with { Lora = lora }).Largest;
        StageMemory some = Estimate(
            "llama-3.1-8b",
            new() { Tp = tp },
            Whole with
            {
                Lora = lora with { TargetModules = ["linear_q", "linear_v", "linear_fc1_up"] },
            }
        ).Largest;

        Assert.Equal(83_886_080 / tp, memory.TrainableParameters);
        const long each = Rank * ((4096L + 4096) + (4096 + 1024) + (4096 + 14336));
        Assert.Equal(32 * each / tp, some.TrainableParameters);
    }

    /// <summary>Experts are adapted whole, and attention apart; the names of fused layers are none of canonical LoRA.</summary>
    [Fact]
    public void Canonical_LoRA_adapts_experts_as_LoRA_does()
    {
        LoraSettings canonical = new() { Method = AdapterMethod.CanonicalLora, TargetModules = ["linear_fc1_up"] };
        LoraSettings lora = new() { TargetModules = ["linear_fc1"] };

        Assert.Equal(
            Estimate("qwen3-30b-a3b", ParallelSizes.One, Whole with { Lora = lora }).Largest.TrainableParameters,
            Estimate("qwen3-30b-a3b", ParallelSizes.One, Whole with { Lora = canonical }).Largest.TrainableParameters
        );
        Assert.Contains(
            "linear_qkv",
            Assert
                .Throws<InvalidConfigException>(() =>
                    Estimate(
                        "qwen3-30b-a3b",
                        ParallelSizes.One,
                        Whole with
                        {
                            Lora = canonical with { TargetModules = ["linear_qkv"] },
                        }
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_target_that_the_model_has_not_is_refused_though_another_is_there()
    {
        LoraSettings lora = new() { TargetModules = ["linear_qkv", "linear_x"] };

        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(() =>
            Estimate("llama-3.1-8b", ParallelSizes.One, Whole with { Lora = lora })
        );

        Assert.Contains("called linear_x for LoRA", fault.Message, StringComparison.Ordinal);
        Assert.NotNull(
            Estimate("llama-3.1-8b", ParallelSizes.One, Whole with { Lora = lora with { RequiresAllTargets = false } })
        );
    }

    [Fact]
    public void A_rank_that_ranks_cannot_share_is_named()
    {
        LayoutException fault = Assert.Throws<LayoutException>(() =>
            Estimate("llama-3.1-8b", new() { Tp = 4 }, Whole with { Lora = new() { Rank = 6 } })
        );

        Assert.Contains(
            "The rank of the adapters (6) must be a multiple of tensor_model_parallel_size (4)",
            fault.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 16)]
    public void Experts_of_a_rank_share_an_adapter_unless_told_otherwise(bool shares, int copies)
    {
        ParallelSizes sizes = new() { Ep = 8, Dp = 8 };
        TrainingSettings settings = Whole with
        {
            Lora = new() { SharesExpertAdapters = shares, TargetModules = ["linear_fc1", "linear_fc2"] },
        };
        StageMemory memory = Estimate("qwen3-30b-a3b", sizes, settings).Largest;
        StageMemory whole = Estimate("qwen3-30b-a3b", sizes, Whole).Largest;

        const long adapter = Rank * (2048L + (2 * 768) + 768 + 2048);
        Assert.Equal(48 * copies * adapter, memory.TrainableParameters);
        Assert.Equal(12 * memory.TrainableParameters, memory.OptimizerState); // no other rank has these experts
        Assert.Equal(48L * 2 * Rank * 8 * 8192 * 2, memory.Activations - whole.Activations); // 8 visits of each token
    }

    [Fact]
    public void What_cannot_be_adapted_is_refused()
    {
        Assert.Contains(
            "linear_x",
            Assert
                .Throws<InvalidConfigException>(() =>
                    Estimate(
                        "llama-3.1-8b",
                        ParallelSizes.One,
                        Whole with
                        {
                            Lora = new() { TargetModules = ["linear_x"] },
                        }
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidConfigException>(() =>
            Estimate("llama-3.1-8b", ParallelSizes.One, Whole with { Lora = new() { Rank = 0 } })
        );
        Assert.Throws<LayoutException>(() =>
            Estimate("llama-3.1-8b", new() { Tp = 4 }, Whole with { Lora = new() { Rank = 6 } })
        );
    }

    private static MemoryEstimate Estimate(string name, ParallelSizes sizes, TrainingSettings settings)
    {
        ModelDescription model = ModelDescription.OfHf(
            Path.Combine(AppContext.BaseDirectory, "Fixtures", "models", name + ".json")
        );
        return MemoryEstimator.Estimate(model.LaidOut(sizes), sizes, settings);
    }
}
