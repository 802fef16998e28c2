using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Estimates;

namespace MegatronBridge.Tests.Bridge.Estimates;

/// <summary>Counts that were computed by hand.</summary>
public sealed class FlopsCalculatorTests
{
    [Fact]
    public void Attention_a_gated_MLP_and_logits_are_counted_product_by_product()
    {
        FlopsCount count = FlopsCalculator.TransformerFlops(Small(), batchSize: 1, sequenceLength: 4);

        // 4 tokens, width 8, 2 heads of 4 and 1 group: 8 × (8 + 4 + 4) in, 8 × 8 out; scores and values of 8 pairs, 2 heads of 4.
        AssertBlock(count, "attention", layers: 1, forward: (2 * 4 * (128 + 64)) + (2 * 8 * 2 * 4 * 2));
        AssertBlock(count, "MLP", layers: 1, forward: 2 * 4 * 3 * 8 * 16);
        AssertBlock(count, "logits", layers: 1, forward: 2 * 4 * 8 * 32);
        Assert.Equal(1792 + 3072 + 2048, count.Forward);
        Assert.Equal(3 * count.Forward, count.Training);
        Assert.Equal(4, count.Tokens);
        Assert.Empty(count.Differences!);
    }

    [Fact]
    public void A_plain_MLP_has_two_products()
    {
        ModelProvider config = Small();
        config.GatedLinearUnit = false;

        AssertBlock(FlopsCalculator.TransformerFlops(config, 1, 4), "MLP", 1, 2 * 4 * 2 * 8 * 16);
    }

    [Fact]
    public void A_window_limits_the_pairs_of_long_sequences_only()
    {
        ModelProvider config = Small();
        config.NumLayers = 2;
        config.Window = 3;
        config.WindowAttnSkipFreq = 2;

        FlopsCount count = FlopsCalculator.TransformerFlops(config, 1, 4);
        FlopsCount shorter = FlopsCalculator.TransformerFlops(config, 1, 2);

        const int ofPair = 2 * 2 * 2 * 4; // scores and values, 2 heads of 4
        AssertBlock(count, "attention within a window", 1, (2 * 4 * 192) + (ofPair * (1 + 2 + 3 + 3)));
        AssertBlock(count, "attention", 1, (2 * 4 * 192) + (ofPair * 8));
        AssertBlock(shorter, "attention within a window", 1, (2 * 2 * 192) + (ofPair * 2));
    }

    [Fact]
    public void Packed_sequences_do_not_see_each_other()
    {
        FlopsCount packed = FlopsCalculator.TransformerFlops(Small(), SequenceBatch.Packed([2, 4, 2]));

        AssertBlock(packed, "attention", 1, (2 * 8 * 192) + (2 * 2 * 2 * 4 * (2 + 8 + 2)));
        AssertBlock(packed, "MLP", 1, 2 * 8 * 3 * 8 * 16);
        Assert.Equal(8, packed.Tokens);
    }

    [Fact]
    public void Frozen_weights_need_no_gradients_of_their_own_and_adapters_all_three_products()
    {
        FlopsOptions lora = new()
        {
            Lora = new() { Rank = 2, TargetModules = ["linear_qkv", "linear_fc2"] },
        };

        FlopsCount count = FlopsCalculator.TransformerFlops(Small(), 1, 4, lora);

        const int weights = (2 * 4 * 192) + 3072 + 2048;
        const int values = 2 * 8 * 2 * 4 * 2;
        const int adapters = 2 * 4 * 2 * (8 + 16 + 16 + 8);
        AssertBlock(count, "LoRA adapters", 0, adapters);
        Assert.Equal(weights + values + adapters, count.Forward);
        Assert.Equal((2 * weights) + (3 * values) + (3 * adapters), count.Training);
    }

    /// <summary>Width 8, 2 heads of 4, 1 group; 16 wide: A of each projection, B of its own rows.</summary>
    [Fact]
    public void Canonical_LoRA_has_an_adapter_for_each_projection()
    {
        FlopsOptions all = new()
        {
            Lora = new() { Rank = 2, Method = AdapterMethod.CanonicalLora },
        };
        FlopsOptions some = new() { Lora = all.Lora with { TargetModules = ["linear_k", "linear_fc1_gate"] } };

        const int attention = (8 + 8) + (8 + 4) + (8 + 4) + (8 + 8);
        const int mlp = (8 + 16) + (8 + 16) + (16 + 8);
        AssertBlock(
            FlopsCalculator.TransformerFlops(Small(), 1, 4, all),
            "LoRA adapters",
            0,
            2 * 4 * 2 * (attention + mlp)
        );
        AssertBlock(FlopsCalculator.TransformerFlops(Small(), 1, 4, some), "LoRA adapters", 0, 2 * 4 * 2 * (12 + 24));
    }

    [Fact]
    public void Each_token_visits_some_experts_in_the_latent_width_and_the_shared_ones_in_the_full()
    {
        ModelProvider config = Small();
        config.NumLayers = 4;
        config.NumMoeExperts = 8;
        config.MoeRouterTopk = 2;
        config.MoeFfnHiddenSize = 6;
        config.MoeLatentSize = 4;
        config.MoeSharedExpertIntermediateSize = 10;
        config.MoeLayerFreq = ConfigValue.ListOf(0L, 1L, 1L, 1L);

        FlopsCount count = FlopsCalculator.TransformerFlops(config, 1, 4);

        AssertBlock(count, "MLP", 1, 2 * 4 * 3 * 8 * 16);
        AssertBlock(count, "latent projections of experts", 3, 3 * 2 * 4 * 2 * 8 * 4);
        AssertBlock(count, "experts", 3, 3 * 2 * 4 * 2 * 3 * 4 * 6);
        AssertBlock(count, "shared experts", 3, 3 * 2 * 4 * 3 * 8 * 10);
    }

    [Fact]
    public void A_prediction_layer_is_like_the_last_and_has_a_join_and_logits_of_its_own()
    {
        ModelProvider config = Small();
        config.MtpNumLayers = 1;

        FlopsCount count = FlopsCalculator.TransformerFlops(config, 1, 4);

        AssertBlock(count, "attention", 2, 2 * 1792);
        AssertBlock(count, "join for multi-token prediction", 1, 2 * 4 * ((16 * 8) + (3 * 8)));
        AssertBlock(count, "logits", 2, 2 * 2048);
    }

    [Fact]
    public void Latent_attention_goes_down_and_up()
    {
        ModelProvider config = Latent();

        FlopsCount count = FlopsCalculator.TransformerFlops(config, 1, 4);

        const int queries = (8 * 6) + 6 + (6 * 2 * (4 + 2)); // down, norm, up
        const int keys = (8 * (5 + 2)) + 5 + (5 * 2 * (4 + 3));
        const int output = 2 * 3 * 8;
        AssertBlock(count, "latent attention", 1, (2 * 4 * (queries + keys + output)) + (2 * 8 * 2 * (4 + 2 + 3)));
    }

    [Theory]
    [InlineData(2, 2 + 2 + 2 + 1, false)] // four tokens see 1, 2, 2, 2 chosen ones
    [InlineData(100, 10, true)]
    public void Sparse_attention_looks_at_chosen_tokens_and_its_indexer_learns_from_a_loss_of_its_own(
        int most,
        int chosen,
        bool isTrained
    )
    {
        ModelProvider config = Latent();
        config.ExperimentalAttentionVariant = "dsa";
        config["dsa_indexer_n_heads"] = 3;
        config["dsa_indexer_head_dim"] = 7;
        config["dsa_indexer_topk"] = most;
        config["dsa_indexer_loss_coeff"] = isTrained ? 0.1 : ConfigValue.Null;

        FlopsCount count = FlopsCalculator.TransformerFlops(config, 1, 4);

        const int projections = 54 + 72 + 56 + 5 + 70 + 48;
        AssertBlock(count, "sparse attention", 1, (2 * 4 * projections) + (2 * chosen * 2 * (5 + 2 + 5)));
        BlockFlops indexer = count.Blocks.Single(block => block.Name == "indexer");
        const int indexerProjections = 2 * 4 * ((6 * 3 * 7) + (8 * 7) + (8 * 3));
        const int scores = 2 * 10 * 3 * 8;
        const int teacher = 2 * 10 * 2 * (5 + 2);
        Assert.Equal(indexerProjections + scores, indexer.Forward);
        Assert.Equal(
            isTrained ? (2 * indexerProjections) + (3 * scores) + teacher : indexerProjections + scores,
            indexer.Training
        );
    }

    [Fact]
    public void A_delta_net_keeps_a_state_of_key_size_times_value_size()
    {
        ModelProvider config = Small();
        config.NumLayers = 2;
        config.ExperimentalAttentionVariant = "gdn";
        config.LinearAttentionFreq = 2;
        config.LinearNumKeyHeads = 2;
        config.LinearNumValueHeads = 4;
        config.LinearKeyHeadDim = 3;
        config.LinearValueHeadDim = 5;
        config.LinearConvKernelDim = 4;

        FlopsCount count = FlopsCalculator.TransformerFlops(config, 1, 4);

        const int input = 8 * (6 + 6 + 20 + 20 + 4 + 4);
        const int convolution = 4 * (6 + 6 + 20);
        const int state = 4 * 4 * 3 * 5;
        AssertBlock(count, "gated delta net", 1, 2 * 4 * (input + convolution + state + (20 * 8)));
        AssertBlock(count, "attention", 1, 1792);
        Assert.Equal(3 * 2 * 4 * 4 * 4 * 5 * (3 - 5), Assert.Single(count.Differences!).Flops);
    }

    [Fact]
    public void Mamba_is_as_wide_as_its_heads_together()
    {
        ModelProvider config = new HybridModelProvider
        {
            HybridLayerPattern = "M*-/M",
            HiddenSize = 8,
            NumLayers = 3,
            NumAttentionHeads = 2,
            NumQueryGroups = 1,
            KvChannels = 4,
            FfnHiddenSize = 16,
            VocabSize = 32,
            MakeVocabSizeDivisibleBy = 1,
            MambaNumHeads = 3,
            MambaHeadDim = 4,
            MambaNumGroups = 1,
            MambaStateDim = 5,
            MtpNumLayers = 1,
            GatedLinearUnit = false,
        };

        FlopsCount count = FlopsCalculator.TransformerFlops(config, 1, 4);

        const int perToken = (2 * 8 * (12 + 12 + 10 + 3)) + (7 * 12 * 5) + (2 * 12 * 8);
        AssertBlock(count, "Mamba", 2, 2 * 4 * perToken);
        AssertBlock(count, "attention", 1, 1792);
        AssertBlock(count, "MLP", 1, 2 * 4 * 2 * 8 * 16);

        // Upstream: inner width 16 in both layers, no join.
        const int upstreams = (2 * 8 * (16 + 16 + 10 + 3)) + (7 * 16 * 5) + (2 * 16 * 8);
        Assert.Equal(
            [3 * 2 * 4 * (perToken - upstreams), 3 * 2 * 4 * ((16 * 8) + (3 * 8))],
            count.Differences!.Select(difference => difference.Flops)
        );
    }

    [Fact]
    public void Very_large_counts_stay_exact()
    {
        FlopsCount one = FlopsCalculator.TransformerFlops(Small(), 1, 1 << 20);
        FlopsCount many = FlopsCalculator.TransformerFlops(Small(), int.MaxValue, 1 << 20);

        Assert.Equal(int.MaxValue * one.Training, many.Training);
    }

    internal static ModelProvider Small() =>
        new GptModelProvider
        {
            NumLayers = 1,
            HiddenSize = 8,
            NumAttentionHeads = 2,
            NumQueryGroups = 1,
            KvChannels = 4,
            FfnHiddenSize = 16,
            VocabSize = 32,
            MakeVocabSizeDivisibleBy = 1,
            GatedLinearUnit = true,
        };

    internal static ModelProvider Latent()
    {
        MlaModelProvider config = new()
        {
            NumLayers = 1,
            HiddenSize = 8,
            NumAttentionHeads = 2,
            FfnHiddenSize = 16,
            VocabSize = 32,
            MakeVocabSizeDivisibleBy = 1,
            MultiLatentAttention = true,
            AddBiasLinear = false,
            QLoraRank = 6,
            KvLoraRank = 5,
            QkHeadDim = 4,
            QkPosEmbHeadDim = 2,
            VHeadDim = 3,
        };
        return config;
    }

    private static void AssertBlock(FlopsCount count, string name, int layers, decimal forward)
    {
        BlockFlops block = Assert.Single(count.Blocks, block => block.Name == name);
        Assert.Equal(layers, block.Layers);
        Assert.Equal(forward, block.Forward);
    }
}
