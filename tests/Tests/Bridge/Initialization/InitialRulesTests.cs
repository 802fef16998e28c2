using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Initialization;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Initialization;

public sealed class InitialRulesTests
{
    [Theory]
    [MemberData(nameof(GoldenCases.Models), MemberType = typeof(GoldenCases))]
    [MemberData(nameof(GoldenCases.TowerLayouts), MemberType = typeof(GoldenCases))]
    public void Every_parameter_of_every_family_has_a_rule(string family, string layout)
    {
        ModelProvider provider = new GoldenCase(family, layout).Provider;
        Assert.All(
            ModelTable.Build(provider).Parameters.Where(parameter => (parameter.DType ?? DType.BF16).IsWideFloat()),
            parameter =>
            {
                InitialValues rule = InitialRules.Of(parameter, provider);
                bool isPlain = rule is InitialValues.Constant { Value: 0 };
                Assert.False(isPlain && parameter.Shape.Rank >= 2 && !parameter.IsBuffer && !MayBeZero(parameter.Name));
            }
        );
    }

    [Theory]
    [InlineData("llama", "embedding.word_embeddings.weight", "normal 0.02")]
    [InlineData("llama", "decoder.layers.1.self_attention.linear_qkv.weight", "normal 0.02")]
    [InlineData("llama", "decoder.layers.1.self_attention.linear_proj.weight", "normal 0.0071")] // 0.02 / sqrt(2 * 4)
    [InlineData("llama", "decoder.layers.0.mlp.linear_fc2.weight", "normal 0.0071")]
    [InlineData("llama", "decoder.layers.0.mlp.linear_fc1.layer_norm_weight", "1")]
    [InlineData("llama", "decoder.final_layernorm.weight", "1")]
    [InlineData("gemma2", "decoder.final_layernorm.weight", "0")] // zero-centred
    [InlineData("gpt2", "decoder.layers.0.mlp.linear_fc1.bias", "0")]
    [InlineData("gpt2", "decoder.layers.0.mlp.linear_fc1.layer_norm_bias", "0")]
    [InlineData("gpt2", "embedding.position_embeddings.weight", "normal 0.02")]
    [InlineData("gpt_oss", "decoder.layers.0.mlp.router.bias", "normal 0.02")]
    [InlineData("gpt_oss", "decoder.layers.0.mlp.experts.linear_fc2.weight3", "normal 0.01")]
    [InlineData("gpt_oss", "decoder.layers.0.mlp.experts.linear_fc2.bias3", "0")]
    [InlineData("qwen3moe", "decoder.layers.0.mlp.router.weight", "normal 0.02")]
    [InlineData("deepseek_v3", "decoder.layers.1.mlp.router.expert_bias", "0")]
    [InlineData("nemotron_h", "decoder.layers.0.mixer.A_log", "log 1 16")]
    [InlineData("nemotron_h", "decoder.layers.0.mixer.dt_bias", "softplus 0.001 0.1")]
    [InlineData("nemotron_h", "decoder.layers.0.mixer.D", "1")]
    [InlineData("nemotron_h", "decoder.layers.0.mixer.conv1d.weight", "uniform 0.5")] // a kernel of 4
    [InlineData("nemotron_h", "decoder.layers.0.mixer.conv1d.bias", "uniform 0.5")]
    [InlineData("nemotron_h", "decoder.layers.0.mixer.norm.weight", "1")]
    [InlineData("qwen3_next", "decoder.layers.0.self_attention.dt_bias", "1")]
    [InlineData("qwen3_next", "decoder.layers.0.self_attention.A_log", "log 1 16")]
    [InlineData("qwen3_next", "decoder.layers.0.self_attention.conv1d.weight", "uniform 0.5")]
    [InlineData("deepseek_v4-mtp", "decoder.layers.0.mlp_hyper_connection.alpha_pre", "0.01")]
    public void Rules_are_those_of_Megatrons_modules(string family, string name, string rule)
    {
        ModelProvider provider = new GoldenCase(family, "tp1pp1").Provider;
        ModelParameter parameter = ModelTable.Build(provider).Parameters.Single(parameter => parameter.Name == name);
        Assert.Equal(rule, Describe(InitialRules.Of(parameter, provider)));
    }

    [Fact]
    public void The_config_decides_how_far_weights_spread()
    {
        ModelProvider provider = new GoldenCase("llama-untied", "tp1pp1").Provider;
        provider["init_method"] = Targets.NormalInit(0.5);
        provider["output_layer_init_method"] = ConfigValue.Null;
        provider["embedding_init_method"] = ConfigValue.Null;
        provider.InitMethodStd = 0.006;
        provider.EmbeddingInitMethodStd = 1;
        provider.NumLayers = 8;
        Dictionary<string, string> rules = ModelTable
            .Build(provider)
            .Parameters.ToDictionary(
                parameter => parameter.Name,
                parameter => Describe(InitialRules.Of(parameter, provider)),
                StringComparer.Ordinal
            );
        Assert.Equal("normal 1", rules["embedding.word_embeddings.weight"]);
        Assert.Equal("normal 0.5", rules["decoder.layers.7.mlp.linear_fc1.weight"]);
        Assert.Equal("normal 0.0015", rules["decoder.layers.7.mlp.linear_fc2.weight"]);
        Assert.Equal("normal 0.5", rules["output_layer.weight"]);
    }

    [Fact]
    public void Methods_that_are_not_known_are_refused_by_name()
    {
        ModelProvider provider = new GoldenCase("llama", "tp1pp1").Provider;
        provider["init_method"] = Targets.Function("torch.nn.init.orthogonal_");
        UnsupportedModelException fault = Assert.Throws<UnsupportedModelException>(() =>
            ModelTable.Build(provider).Parameters.Select(parameter => InitialRules.Of(parameter, provider)).ToList()
        );
        Assert.Contains("torch.nn.init.orthogonal_", fault.Message, StringComparison.Ordinal);
    }

    private static bool MayBeZero(string name) =>
        name.Contains("adaln", StringComparison.Ordinal)
        || name.Contains("bias_", StringComparison.Ordinal)
        || name.EndsWith("layernorm.weight", StringComparison.Ordinal);

    private static string Describe(InitialValues rule) =>
        rule switch
        {
            InitialValues.Constant constant => $"{constant.Value:0.####}",
            InitialValues.Normal { Mean: 0 } normal => $"normal {normal.Std:0.####}",
            InitialValues.Uniform even when even.From == -even.To => $"uniform {even.To:0.####}",
            InitialValues.LogOfUniform log => $"log {log.From} {log.To}",
            InitialValues.InverseSoftplus softplus => $"softplus {softplus.From} {softplus.To}",
            _ => rule.ToString(),
        };
}
