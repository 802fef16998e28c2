using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.LegacyTorch;

/// <summary>
/// The extra states that each rank must have: the real Megatron loads a rank's file strictly. Lists are those of its models, built on a CPU
/// with stand-ins for Transformer Engine's modules.
/// </summary>
public sealed class RankStatesTests
{
    [Theory]
    [InlineData(
        "llama",
        "mlp.linear_fc1 mlp.linear_fc2 self_attention.core_attention self_attention.linear_proj self_attention.linear_qkv"
    )]
    [InlineData(
        "gemma2",
        "mlp.linear_fc1 mlp.linear_fc2 mlp.linear_fc2.post_layernorm self_attention.linear_proj self_attention.linear_proj.post_layernorm self_attention.linear_qkv"
    )]
    [InlineData(
        "gpt_oss",
        "mlp.experts.linear_fc1 mlp.experts.linear_fc2 pre_mlp_layernorm self_attention.core_attention self_attention.linear_proj self_attention.linear_qkv"
    )]
    public void A_layer_has_those_of_its_modules(string family, string modules)
    {
        const string Layer = "decoder.layers.0.";
        Assert.Equal(
            modules.Split(' ').Select(module => $"{Layer}{module}._extra_state"),
            States(family).Where(name => name.StartsWith(Layer, StringComparison.Ordinal)).Order()
        );
    }

    [Theory]
    [InlineData("llama")] // tied
    [InlineData("nemotron_h")] // where torch_dist has it too
    [InlineData("gemma3_vl")]
    public void The_head_has_one_even_without_a_weight(string family) =>
        Assert.Single(States(family), name => name.EndsWith("output_layer._extra_state", StringComparison.Ordinal));

    [Fact]
    public void Attention_with_modules_of_its_own_has_none() =>
        Assert.DoesNotContain(
            States("glm_moe_dsa"),
            name => name.EndsWith(".core_attention._extra_state", StringComparison.Ordinal)
        );

    private static IEnumerable<string> States(string family)
    {
        GoldenCase golden = new(family, "tp1pp1");
        ModelTable table = ModelTable.Build(golden.Provider);
        return RankTable
            .Objects(table, golden.Provider, golden.Sizes, new RankPlace(0, 0, 0, 0))[0]
            .Select(own => own.Name);
    }
}
