using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>What a config.json says and no field of Megatron's has a place for is found, and nothing else.</summary>
public sealed class ConfigLossTests
{
    // Upstream converts these models, and what it makes of them computes otherwise.
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["exaone4"] = ["layer_types", "sliding_window"],
        ["llama"] = ["rope_parameters.original_max_position_embeddings"],
        ["llama31-untied"] = ["rope_parameters.original_max_position_embeddings"],
        ["llama_nemotron"] = ["rope_parameters.original_max_position_embeddings"],
        ["qwen2-tied-swa"] = ["layer_types", "sliding_window", "use_sliding_window"],
    };

    // What transformers does not read, whoever wrote it; so the model is run without.
    private static readonly Dictionary<string, string[]> Unread = new(StringComparer.Ordinal)
    {
        ["glm_moe_dsa-shared"] = ["indexer_rope_interleave"],
        ["minimax_m2"] = ["rotary_dim"],
        ["minimax_m3_vl"] = ["text_config.rotary_dim"],
        ["minimax_m3_vl-sparse"] = ["text_config.rotary_dim"],
    };

    public static TheoryData<string> Families => [.. GoldenCases.Families];

    [Theory]
    [MemberData(nameof(Families))]
    public void Models_of_the_manifests_lose_nothing_but_what_is_known(string name)
    {
        (Family family, HfConfig hf) = Load(name);
        string[] keys = [.. Losses(family, hf).Select(loss => loss.Key).Order(StringComparer.Ordinal)];
        Assert.Equal(Known.GetValueOrDefault(name, []), keys);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_model_that_is_run_loses_nothing_but_what_transformers_does_not_read(string name)
    {
        (Family family, HfConfig hf) = Load(name);
        ModelProvider exact = family.Exactly(Complete(family, hf), hf);
        string[] keys = [.. ConfigLoss.Of(family, hf, exact).Select(loss => loss.Key)];
        Assert.Equal(Unread.GetValueOrDefault(name, []), keys);
    }

    [Theory]
    [InlineData("deepseek_v3", "norm_topk_prob", "false")]
    [InlineData("gemma2", "layer_types", """["sliding_attention","sliding_attention"]""")]
    [InlineData("gemma3", "final_logit_softcapping", "30.0")]
    [InlineData("nemotron_h", "mlp_hidden_act", "\"gelu\"")]
    [InlineData("gpt_oss", "rope_parameters.rope_type", "\"linear\"")]
    [InlineData("llama", "rope_parameters.low_freq_factor", "2.0")]
    public void A_setting_that_Megatron_has_no_field_for_is_named(string name, string key, string value)
    {
        (Family family, HfConfig hf) = Load(name);
        JsonObject at = hf.Json;
        foreach (string part in key.Split('.')[..^1])
        {
            at = at[part]!.AsObject();
        }

        at[key.Split('.')[^1]] = JsonNode.Parse(value);
        Assert.Contains(Losses(family, hf), loss => loss.Key == key && loss.Said == value);
    }

    [Theory]
    [InlineData("nemotron_h", "time_step_limit", "[0.0,1e308]")] // Nemotron 3 Ultra
    [InlineData("gpt_neox-one-by-one", "hidden_act", "\"gelu_fast\"")] // gpt-neox-20b
    [InlineData("minimax_m3_vl", "text_config.hidden_act", "\"swigluoai\"")]
    [InlineData("qwen25_omni", "enable_audio_output", "true")]
    [InlineData("hy_v3", "enable_moe_fp32_combine", "false")]
    [InlineData("phi3", "original_max_position_embeddings", "4096")] // phi-4
    public void A_released_config_that_says_the_same_otherwise_loses_nothing(string name, string key, string value)
    {
        (Family family, HfConfig hf) = Load(name);
        string[] path = key.Split('.');
        JsonObject at = path[..^1].Aggregate(hf.Json, (outer, part) => outer[part]!.AsObject());
        at[path[^1]] = JsonNode.Parse(value);
        Assert.DoesNotContain(Losses(family, hf), loss => loss.Key == key);
    }

    [Theory]
    [InlineData("qwen3moe", "num_experts", "num_local_experts")] // Qwen3-Coder says one of them
    [InlineData("qwen3moe", "num_local_experts", "num_experts")]
    public void A_number_of_experts_under_one_name_is_told_under_the_other(string name, string key, string other)
    {
        (Family family, HfConfig hf) = Load(name);
        hf.Json.Remove(other);
        hf.Json[key] = 6;
        ModelProvider provider = Complete(family, hf);
        Assert.Equal(6, provider.NumMoeExperts);
        Assert.Empty(ConfigLoss.Of(family, hf, provider));
    }

    [Fact]
    public void Groups_of_experts_that_count_as_much_as_their_best_are_told_and_run()
    {
        (Family family, HfConfig hf) = Load("deepseek_v2");
        hf.Json["topk_method"] = "group_limited_greedy"; // DeepSeek-V2
        hf.Json["n_group"] = 2;
        ModelProvider provider = Complete(family, hf);
        ModelProvider exact = family.Exactly(provider, hf);

        Assert.Empty(ConfigLoss.Of(family, hf, provider));
        Assert.Empty(ConfigLoss.Of(family, hf, exact));
        Assert.Equal(1, exact.GroupScoreExperts);
        Assert.Equal("group_limited_greedy", family.ToHf(provider)["topk_method"]!.GetValue<string>());
    }

    private static (Family Family, HfConfig Hf) Load(string name)
    {
        HfConfig hf = new((JsonObject)GoldenManifest.Load(name).Hf["config"]!.DeepClone());
        return (FamilyList.Of(hf), hf);
    }

    private static IReadOnlyList<ConfigLoss> Losses(Family family, HfConfig hf) =>
        ConfigLoss.Of(family, hf, Complete(family, hf));

    private static ModelProvider Complete(Family family, HfConfig hf)
    {
        ModelProvider provider = family.ToProvider(hf);
        provider.Complete();
        return provider;
    }
}
