using MegatronBridge.Mapping;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Mapping;

public sealed class MappingRegistryTests
{
    private const string Qkv = "decoder.layers.1.self_attention.linear_qkv.weight";

    [Fact]
    public void A_parameter_is_found_by_either_name()
    {
        MappingRegistry registry = Of("llama");
        ResolvedMapping resolved = registry.MegatronToHfLookup(Qkv)!;
        Assert.Equal("qkv", resolved.Mapping.Kind);
        Assert.Equal(
            ["q", "k", "v"],
            resolved.HfParams.Select(name => name["model.layers.1.self_attn.".Length..].Split('_')[0])
        );
        Assert.All(resolved.HfParams, name => Assert.Equal([resolved], registry.HfToMegatronLookup(name)));
        Assert.Null(registry.MegatronToHfLookup("decoder.layers.99.self_attention.linear_qkv.weight"));
        Assert.Empty(registry.HfToMegatronLookup("model.layers.99.self_attn.q_proj.weight"));
    }

    [Fact]
    public void A_tensor_of_all_experts_goes_into_each_of_them()
    {
        MappingRegistry registry = Of("gpt_oss");
        IReadOnlyList<ResolvedMapping> experts = registry.HfToMegatronLookup(
            "model.layers.0.mlp.experts.down_proj_bias"
        );
        Assert.True(experts.Count > 1);
        Assert.All(experts, expert => Assert.True(expert.Mapping.IsFused));
        Assert.Equal(experts.Count, experts.Select(expert => expert.MegatronParam).Distinct().Count());
    }

    [Theory]
    [InlineData("decoder.layers.*.mlp.*")]
    [InlineData("decoder.layers.7.mlp.linear_fc2.weight")]
    [InlineData("*.down_proj.weight")]
    public void Rows_are_found_by_patterns_and_by_names(string pattern)
    {
        MappingRegistry registry = Of("llama");
        IReadOnlyList<ParameterMapping> rows = registry.GetMappingsByPattern(pattern);
        Assert.Contains(rows, row => row.Megatron.Text == "decoder.layers.*.mlp.linear_fc2.weight");
        Assert.DoesNotContain(rows, row => row.Megatron.Text == "decoder.final_layernorm.weight");
        Assert.Contains(rows[0].ToString(), registry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_parameter_is_there_once()
    {
        MappingRegistry registry = Of("qwen3moe");
        Assert.Equal(
            registry.Resolved.Count,
            registry.Resolved.Select(entry => entry.MegatronParam).Distinct().Count()
        );
        Assert.All(registry.Resolved, entry => Assert.Same(entry, registry.MegatronToHfLookup(entry.MegatronParam)));
    }

    private static MappingRegistry Of(string family)
    {
        GoldenCase golden = new(family, "tp1pp1");
        return MappingRegistry.Of(golden.Family, golden.Provider, golden.Manifest.HfTensors());
    }
}
