using MegatronBridge.Config;
using MegatronBridge.Estimates;

namespace MegatronBridge.Tests.Bridge.Estimates;

/// <summary>A config that does not say what its blocks need is refused, and never filled in.</summary>
public sealed class FlopsOfBadConfigsTests
{
    private static readonly ConfigValue TwoFlags = ConfigValue.ListOf(1L, 0L);

    public static TheoryData<string, Action<ModelProvider>> Faults =>
        new()
        {
            { "moe_layer_freq has 2 entries for 4 layers", With("moe_layer_freq", TwoFlags) },
            { "moe_layer_freq must be an interval of 1 or more", With("moe_layer_freq", 0L) },
            { "moe_layer_freq[1] must be 1 or 0, found 2", With("moe_layer_freq", ConfigValue.ListOf(0L, 2L, 1L, 1L)) },
            { "moe_router_topk (9) must not exceed num_moe_experts (8)", With("moe_router_topk", 9L) },
            { "moe_router_topk must be a whole number", With("moe_router_topk", 0L) },
            { "moe_ffn_hidden_size of GPTModelProvider is not set", With("moe_ffn_hidden_size", ConfigValue.Null) },
            {
                "window_attn_skip_freq has 2 entries",
                config =>
                {
                    config.Window = 3;
                    config.WindowAttnSkipFreq = TwoFlags;
                }
            },
            { "window_size must be a number of tokens, or two numbers", With("window_size", ConfigValue.ListOf(1L)) },
            { "gdn needs linear_attention_freq", With("experimental_attention_variant", "gdn") },
            {
                "gdn needs linear_key_head_dim",
                config =>
                {
                    config.ExperimentalAttentionVariant = "gdn";
                    config.LinearAttentionFreq = 2L;
                    config.LinearKeyHeadDim = null;
                    config.LinearNumKeyHeads = 2;
                    config.LinearNumValueHeads = 2;
                }
            },
            {
                "linear_attention_freq has 2 entries",
                config =>
                {
                    config.ExperimentalAttentionVariant = "gdn";
                    config.LinearAttentionFreq = TwoFlags;
                    config.LinearNumKeyHeads = 2;
                    config.LinearNumValueHeads = 2;
                }
            },
            { "does not tell which linear attention", With("linear_attention_freq", 2L) },
            { "mtp_num_layers must be a number", With("mtp_num_layers", -1L) },
            { "hidden_size is 0", With("hidden_size", 0L) },
            { "num_attention_heads (2) must be a multiple of num_query_groups (3)", With("num_query_groups", 3L) },
            { "num_layers is 5000", With("num_layers", 5000L) },
        };

    public static TheoryData<string, Action<ModelProvider>> LatentFaults =>
        new()
        {
            { "qk_head_dim must be a whole number", With("qk_head_dim", 0L) },
            { "v_head_dim must be a whole number", With("v_head_dim", 0L) },
            { "kv_lora_rank must be a whole number", With("kv_lora_rank", 0L) },
            { "dsa_indexer_topk of MLAModelProvider is not set", With("experimental_attention_variant", "dsa") },
        };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void A_faulty_field_is_named(string message, Action<ModelProvider> fault)
    {
        ModelProvider config = FlopsCalculatorTests.Small();
        config.NumLayers = 4;
        config.NumMoeExperts = 8;
        config.MoeFfnHiddenSize = 6;
        fault(config);

        AssertRefused(message, config);
    }

    [Theory]
    [MemberData(nameof(LatentFaults), DisableDiscoveryEnumeration = true)]
    public void A_faulty_field_of_latent_attention_is_named(string message, Action<ModelProvider> fault)
    {
        ModelProvider config = FlopsCalculatorTests.Latent();
        fault(config);

        AssertRefused(message, config);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 0)]
    [InlineData(-1, 4)]
    public void An_empty_batch_is_refused(int batch, int length) =>
        Assert.Throws<InvalidConfigException>(() =>
            FlopsCalculator.TransformerFlops(FlopsCalculatorTests.Small(), batch, length)
        );

    [Fact]
    public void Empty_packs_and_empty_sequences_are_refused()
    {
        Assert.Throws<InvalidConfigException>(() => SequenceBatch.Packed([]));
        Assert.Throws<InvalidConfigException>(() => SequenceBatch.Packed([3, 0]));
    }

    [Fact]
    public void A_pattern_with_an_unknown_letter_is_refused()
    {
        ModelProvider config = new HybridModelProvider
        {
            HybridLayerPattern = "MX",
            NumLayers = 2,
            HiddenSize = 8,
            MambaHeadDim = 4,
            MambaNumHeads = 4,
            MambaNumGroups = 1,
            NumAttentionHeads = 2,
            VocabSize = 32,
        };

        AssertRefused("the letter 'X'", config);
    }

    private static void AssertRefused(string message, ModelProvider config) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidConfigException>(() => FlopsCalculator.TransformerFlops(config, 1, 4)).Message,
            StringComparison.Ordinal
        );

    private static Action<ModelProvider> With(string field, ConfigValue value) => config => config[field] = value;
}
