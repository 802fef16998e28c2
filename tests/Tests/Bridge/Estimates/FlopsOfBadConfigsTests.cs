using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Storage;
using MegatronBridge.Tests.Golden;

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
            { "moe_ffn_hidden_size is not set", With("moe_ffn_hidden_size", ConfigValue.Null) },
            { "tensor_model_parallel_size is 0; it must be 1 or more", With("tensor_model_parallel_size", 0L) },
            { "make_vocab_size_divisible_by is 0; it must be 1 or more", With("make_vocab_size_divisible_by", 0L) },
            { "experimental_attention_variant is x; gdn", With("experimental_attention_variant", "x") },
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
            { "qk_pos_emb_head_dim is -1; it must be 0 or more", With("qk_pos_emb_head_dim", -1L) },
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

    /// <summary>Megatron would take four times the hidden size; the config does not say it.</summary>
    [Fact]
    public void A_dense_MLP_without_a_width_is_refused()
    {
        ModelProvider config = FlopsCalculatorTests.Small();
        config["ffn_hidden_size"] = ConfigValue.Null;

        AssertRefused("ffn_hidden_size is not set", config);
    }

    [Theory]
    [InlineData("falcon_h1", "use_mamba", null, "use_mamba must be true or false")]
    [InlineData("falcon_h1", "mamba_state_dim", 0, "mamba_state_dim is 0; it must be 1 or more")]
    [InlineData("falcon_h1", "mamba_num_heads", 0, "mamba_num_heads is 0; it must be 1 or more")]
    [InlineData("falcon_h1", "mtp_num_layers", 1, "no layers for multi-token prediction, but mtp_num_layers is 1")]
    [InlineData("llama_nemotron", "mtp_num_layers", 1, "none for multi-token prediction, but mtp_num_layers is 1")]
    [InlineData("nemotron_h", "mtp_num_layers", 1, "mtp_num_layers is 1, but hybrid_layer_pattern")]
    [InlineData("nemotron_h", "num_layers", 3, "num_layers is 3, but hybrid_layer_pattern")]
    [InlineData("nemotron_h", "num_layers", 5, "num_layers is 5, but hybrid_layer_pattern")]
    [InlineData("nemotron_h-mtp", "mtp_num_layers", int.MaxValue, "mtp_num_layers must be a number from 0 to 1024")]
    [InlineData("gemma4", "vocab_size", int.MaxValue, "vocab_size (2147483647), padded to a multiple of 128")]
    [InlineData("gemma4", "global_kv_channels", -1, "global_kv_channels is -1; it must be 1 or more")]
    [InlineData("gemma4", "per_layer_embed_dim", -1, "per_layer_embed_dim is -1; it must be 0 or more")]
    [InlineData("gemma4", "num_kv_shared_layers", -1, "num_kv_shared_layers is -1; it must be 0 or more")]
    [InlineData("gemma4", "window_attn_skip_freq", 0, "window_attn_skip_freq must be an interval of 1 or more")]
    [InlineData("gemma4_moe", "interleaved_attn_pattern", 0, "interleaved_attn_pattern must be an interval")]
    [InlineData("step3p5", "sliding_attention_setting", null, "but sliding_attention_setting is null")]
    public void A_faulty_field_of_a_family_is_named(string family, string field, int? value, string message)
    {
        ModelProvider config = Golden(family);
        config[field] = value is { } number ? number : ConfigValue.Null;

        AssertRefused(message, config);
    }

    /// <summary>Four main layers; as many predictions as the pattern has, though nobody says how many.</summary>
    [Fact]
    public void A_pattern_tells_its_layers_and_predictions_itself()
    {
        ModelProvider config = Golden("nemotron_h-mtp");
        decimal all = FlopsCalculator.TransformerFlops(config, 1, 4).Training;

        config["num_layers"] = ConfigValue.Null;
        config["mtp_num_layers"] = ConfigValue.Null;

        Assert.Equal(all, FlopsCalculator.TransformerFlops(config, 1, 4).Training);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[1, 1, 1]")]
    [InlineData("[-1, 1]")]
    [InlineData("[0, 0]")]
    public void A_pattern_of_windows_that_does_not_fit_is_refused(string pattern)
    {
        ModelProvider config = Golden("gemma4_moe");
        config.SetFromText("interleaved_attn_pattern", pattern);

        AssertRefused("interleaved_attn_pattern must be", config);
    }

    [Fact]
    public void More_operations_than_can_be_told_are_refused_with_the_sizes()
    {
        InvalidConfigException fault = Assert.Throws<InvalidConfigException>(() =>
            FlopsCalculator.TransformerFlops(FlopsCalculatorTests.Small(), int.MaxValue, int.MaxValue)
        );

        Assert.Contains("2147483647 sequences of 2147483647 tokens", fault.Message, StringComparison.Ordinal);
        Assert.Contains("hidden_size 8", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen25_vl", "spatial_merge_size", 0)]
    [InlineData("qwen25_vl", "patch_size", 0)]
    [InlineData("qwen25_vl", "depth", -1)]
    public void A_faulty_field_of_a_tower_is_named(string family, string field, int value)
    {
        ModelProvider config = Golden(family);
        config["vision_config"] = ((ConfigValue.Map)config["vision_config"]).With(field, (long)value);

        Exception fault = Assert.ThrowsAny<Exception>(() =>
            FlopsCalculator.TransformerFlops(config, 1, 64, new() { Images = [new(64)] })
        );

        Assert.True(fault is BadFileException or InvalidConfigException, fault.ToString());
        Assert.Contains(field, fault.Message, StringComparison.Ordinal);
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

    private static ModelProvider Golden(string family) => new GoldenCase(family, "tp1pp1").Provider;

    private static void AssertRefused(string message, ModelProvider config) =>
        Assert.Contains(
            message,
            Assert.Throws<InvalidConfigException>(() => FlopsCalculator.TransformerFlops(config, 1, 4)).Message,
            StringComparison.Ordinal
        );

    private static Action<ModelProvider> With(string field, ConfigValue value) => config => config[field] = value;
}
