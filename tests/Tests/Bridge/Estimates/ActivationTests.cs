using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Layout;

namespace MegatronBridge.Tests.Bridge.Estimates;

/// <summary>
/// For the model of "Reducing Activation Recomputation in Large Transformer Models" (Korthikanti et al., 2022) - LayerNorm, as many
/// keys as queries, an MLP of four times the width, dropout, attention that keeps its scores - the formulas are those of its table 2.
/// </summary>
public sealed class ActivationTests
{
    private const int Sequence = 512;
    private const int Micro = 2;
    private const int Hidden = 1024;
    private const int Heads = 16;
    private const long Sbh = (long)Sequence * Micro * Hidden;
    private const long Scores = 5L * Heads * Sequence * Sequence * Micro; // 5·a·s/h of s·b·h

    [Fact]
    public void One_rank_keeps_34_sbh_and_the_scores() => Assert.Equal((34 * Sbh) + Scores, OfLayer(1, false));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Tensor_parallel_ranks_share_all_but_10_sbh(int tp) =>
        Assert.Equal((10 * Sbh) + (24 * Sbh / tp) + (Scores / tp), OfLayer(tp, false));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void With_sequence_parallelism_they_share_everything(int tp) =>
        Assert.Equal(((34 * Sbh) + Scores) / tp, OfLayer(tp, true));

    [Fact]
    public void Selective_recomputation_frees_the_scores() =>
        Assert.Equal(34 * Sbh / 2, OfLayer(2, true, provider => provider.RecomputeGranularity = "selective"));

    [Fact]
    public void Full_recomputation_keeps_the_input_of_a_layer() =>
        Assert.Equal(2 * Sbh / 2, OfLayer(2, true, provider => Full(provider, "uniform", 1)));

    [Fact]
    public void Uniform_recomputation_keeps_the_input_of_each_unit_and_computes_a_unit_again()
    {
        StageMemory one = Estimate(1, false, 8, provider => Full(provider, "uniform", 1));
        StageMemory four = Estimate(1, false, 8, provider => Full(provider, "uniform", 4));

        Assert.Equal(6 * 2 * Sbh, one.Activations - four.Activations);
        Assert.Equal(3 * ((34 * Sbh) + Scores), four.Transient - one.Transient);
    }

    [Fact]
    public void Block_recomputation_keeps_all_of_the_layers_behind_the_block()
    {
        StageMemory none = Estimate(1, false, 8, _ => { });
        StageMemory six = Estimate(1, false, 8, provider => Full(provider, "block", 6));

        Assert.Equal(6 * ((32 * Sbh) + Scores), none.Activations - six.Activations);
        Assert.Equal((34 * Sbh) + Scores, six.Transient - none.Transient);
    }

    [Fact]
    public void Flash_attention_keeps_a_number_for_each_head_instead_of_scores() =>
        Assert.Equal((34 * Sbh) + (4L * Heads * Sequence * Micro), OfLayer(1, false, _ => { }, isFlash: true));

    [Fact]
    public void Context_parallel_ranks_share_the_sequence()
    {
        StageMemory one = Estimate(1, false, 2, _ => { });
        StageMemory two = Estimate(1, false, 2, provider => provider.ContextParallelSize = 2);

        Assert.Equal(one.Activations, 2 * two.Activations);
    }

    [Fact]
    public void Recomputing_the_MLP_keeps_what_its_norm_reads() =>
        Assert.Equal(
            (34 - 2 - 16) * Sbh + Scores,
            OfLayer(
                1,
                false,
                provider =>
                {
                    provider.RecomputeGranularity = "selective";
                    provider["recompute_modules"] = ConfigValue.ListOf("mlp");
                }
            )
        );

    [Theory]
    [InlineData("mla_up_proj", "needs multi_latent_attention")]
    [InlineData("moe_act", "needs moe_grouped_gemm")]
    [InlineData("gdn_norm_out", "needs experimental_attention_variant gdn")]
    [InlineData("attn", "known are core_attn")]
    [InlineData("gdp_qkv", "is not estimated")]
    public void Modules_that_the_model_lacks_are_refused(string module, string message)
    {
        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(() =>
            Estimate(
                1,
                false,
                2,
                provider =>
                {
                    provider.RecomputeGranularity = "selective";
                    provider["recompute_modules"] = ConfigValue.ListOf(module);
                }
            )
        );

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_recomputation_must_say_how()
    {
        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(() =>
            Estimate(1, false, 2, provider => provider.RecomputeGranularity = "full")
        );

        Assert.Equal(2, fault.Faults.Count);
    }

    private static void Full(ModelProvider provider, string method, int layers)
    {
        provider.RecomputeGranularity = "full";
        provider.RecomputeMethod = method;
        provider.RecomputeNumLayers = layers;
    }

    /// <summary>What a layer adds.</summary>
    private static long OfLayer(
        int tp,
        bool sharesSequence,
        Action<ModelProvider>? change = null,
        bool isFlash = false
    ) =>
        Estimate(tp, sharesSequence, 3, change ?? (_ => { }), isFlash).Activations
        - Estimate(tp, sharesSequence, 2, change ?? (_ => { }), isFlash).Activations;

    private static StageMemory Estimate(
        int tp,
        bool sharesSequence,
        int layers,
        Action<ModelProvider> change,
        bool isFlash = false
    )
    {
        ModelProvider provider = new GptModelProvider
        {
            NumLayers = layers,
            HiddenSize = Hidden,
            FfnHiddenSize = 4 * Hidden,
            NumAttentionHeads = Heads,
            VocabSize = 1024,
            Normalization = "LayerNorm",
            GatedLinearUnit = false,
            HiddenDropout = 0.1,
            AttentionDropout = 0.1,
            TensorModelParallelSize = tp,
            SequenceParallel = sharesSequence,
            ParamsDtype = MegatronBridge.Storage.Tensors.DType.BF16,
        };
        change(provider);
        provider.Complete();
        return Assert.Single(
            MemoryEstimator
                .Estimate(
                    provider,
                    ParallelSizes.Of(provider),
                    new()
                    {
                        SequenceLength = Sequence,
                        MicroBatchSize = Micro,
                        HasUnfusedAttention = !isFlash,
                    }
                )
                .Stages
        );
    }
}
