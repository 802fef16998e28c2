using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Conversion;

public sealed class MegatronLacksTests
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("starcoder2")]
    [InlineData("smollm3")]
    [InlineData("phi3")]
    [InlineData("gpt_neox-one-by-one", "add_mlp_bias")]
    [InlineData("gpt_neox", "parallel_layer_spec")]
    [InlineData("phi", "parallel_shared_norm_layer_spec", "output_layer.bias")]
    [InlineData("phi4-mini", "hf_rope_parameters")]
    [InlineData("phimoe", "add_attention_output_bias", "add_output_layer_bias", "hf_rope_parameters", "SparseMixer")]
    [InlineData("ministral3", "llama_4_scaling_beta")]
    [InlineData("olmo2", "post_norm_layer_spec")]
    [InlineData("olmo3", "post_norm_layer_spec")]
    [InlineData("granite", "0.22 (residual_multiplier)")]
    [InlineData("cohere-plus", "cohere_layer_spec", "add_attention_output_bias")]
    [InlineData("llama-attention-bias", "add_attention_output_bias")]
    [InlineData("llama-mlp-bias", "add_mlp_bias")]
    public void Each_thing_that_Megatron_does_not_compute_is_told(string name, params string[] expected)
    {
        string[] lacks = [.. MegatronLacks.Of(Provider(name))];
        Assert.Equal(expected.Length, lacks.Length);
        Assert.All(expected.Zip(lacks), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void A_factor_of_YaRN_is_told_when_Megatron_would_compute_another()
    {
        ModelProvider provider = Provider("olmo3");
        provider.YarnAttentionFactor = 1.5;
        Assert.Contains(MegatronLacks.Of(provider), lack => lack.Contains("1.5 (yarn_attention_factor)"));
    }

    [Fact]
    public void Numbers_that_transformers_has_and_no_field_tells_are_told()
    {
        HfConfig config = new((JsonObject)GoldenManifest.Load("deepseek_v3").Hf["config"]!.DeepClone());
        Assert.Empty(OfExact());
        config.Json["rms_norm_eps"] = 0.01;
        config.Json["num_experts_per_tok"] = 1;
        string[] lacks = OfExact();
        Assert.Equal(3, lacks.Length);
        Assert.Contains("layernorm_epsilon (0.01), those of transformers 1e-06", lacks[0], StringComparison.Ordinal);
        Assert.Contains("by the 1 best of each", lacks[1], StringComparison.Ordinal);
        Assert.Contains("only expert", lacks[2], StringComparison.Ordinal);

        string[] OfExact()
        {
            Family family = FamilyList.Of(config);
            ModelProvider provider = family.ToProvider(config);
            provider.Complete();
            return [.. MegatronLacks.OfExact(family.Exactly(provider, config))];
        }
    }

    private static ModelProvider Provider(string name)
    {
        HfConfig config = new(TransformersModel.Of(name).Config);
        ModelProvider provider = FamilyList.Of(config).ToProvider(config);
        provider.Complete();
        return provider;
    }
}
