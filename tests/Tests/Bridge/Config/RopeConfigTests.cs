using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class RopeConfigTests
{
    [Theory]
    [InlineData("""{"rope_theta": 5.0}""", "5.0")]
    [InlineData("""{"rope_parameters": {"rope_theta": 6.0, "rope_type": "default"}, "rope_theta": 5.0}""", "6.0")]
    [InlineData("""{"rope_parameters": {"global": {"base": 7.0}}}""", "7.0")]
    [InlineData("""{"rope_parameters": {"full_attention": {"rope_theta": 8}}}""", "8")]
    [InlineData("""{"default_theta": 9.0}""", "9.0")]
    [InlineData("""{"default_theta": {"global": 10.0}}""", "10.0")]
    [InlineData("{}", "10000.0")]
    public void The_base_is_searched_where_transformers_has_had_it(string json, string theta) =>
        Assert.Equal(theta, RopeConfig.Read(Parse(json)).Theta.ToString());

    [Theory]
    [InlineData("""{"rope_scaling": {"type": "linear", "factor": 2}}""", "linear")]
    [InlineData("""{"rope_scaling": null}""", "default")]
    [InlineData("""{"rope_scaling": {}, "rope_parameters": {"rope_type": "llama3", "factor": 8.0}}""", "llama3")]
    public void The_kind_may_be_called_type(string json, string kind) =>
        Assert.Equal(kind, RopeConfig.Read(Parse(json)).Kind);

    [Fact]
    public void Yarn_sets_the_fields_of_its_provider()
    {
        HfConfig hf = Parse(
            """{"max_position_embeddings": 512, "rope_scaling": {"type": "yarn", "factor": 4.0, "beta_fast": 32, "truncate": false}}"""
        );
        GptModelProvider gpt = new();
        RopeConfig.Read(hf).ApplyShared(gpt);
        Assert.Equal("yarn", gpt.PositionEmbeddingType);
        Assert.Equal(
            (4.0, 512, 32.0, false),
            (
                gpt.YarnRotaryScalingFactor,
                gpt.YarnOriginalMaxPositionEmbeddings,
                gpt.YarnBetaFast,
                gpt.YarnCorrectionRangeRoundToInt
            )
        );
        Assert.Null(gpt.YarnBetaSlow);

        MlaModelProvider mla = new();
        RopeConfig.Read(hf).ApplyShared(mla);
        Assert.Equal("rope", mla.PositionEmbeddingType);
        Assert.Equal((4.0, 512, 1.0), (mla.RotaryScalingFactor, mla.OriginalMaxPositionEmbeddings, mla.BetaSlow));
    }

    [Fact]
    public void Latent_attention_without_scaling_forgets_the_defaults_of_its_class()
    {
        MlaModelProvider mla = new();
        RopeConfig.Read(Parse("{}")).ApplyShared(mla);
        Assert.Equal((1.0, 1.0), (mla.RotaryScalingFactor, mla.MscaleAllDim));
    }

    [Fact]
    public void A_scaling_that_Megatron_does_not_know_is_refused_with_a_way_out()
    {
        RopeConfig rope = RopeConfig.Read(Parse("""{"rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}"""));
        UnsupportedModelException e = Assert.Throws<UnsupportedModelException>(() =>
            rope.ApplyScaling(new GptModelProvider())
        );
        Assert.Contains("\"dynamic\"", e.Message);
        Assert.Contains("remove rope_scaling", e.Message);
    }

    private static HfConfig Parse(string json) => HfConfig.Parse(Encoding.UTF8.GetBytes(json));
}
