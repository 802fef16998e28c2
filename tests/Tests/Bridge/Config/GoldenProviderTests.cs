using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class GoldenProviderTests
{
    public static TheoryData<string, string> Layouts => GoldenCases.All;

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_provider_of_a_golden_model_agrees_with_upstream_in_every_field(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        ModelProvider provider = Provider(golden);

        Assert.Equal(golden.Layout.Model["_target_"]!.GetValue<string>(), provider.Schema.Target);
        Assert.Equal(
            golden
                .Layout.Model.Where(field => field.Key != "_target_" && !IsOurs(golden, field.Key))
                .Select(field => Show(field.Key, ConfigValue.FromJson(field.Value)))
                .Order(),
            provider
                .Fields.Where(field => !field.Value.IsNull && !IsOurs(golden, field.Key))
                .Select(field => Show(field.Key, WithoutNulls(field.Value)))
                .Order()
        );
    }

    /// <summary>The provider made from the model's config.json, for a layout, as the driver that made the manifests set it up.</summary>
    internal static ModelProvider Provider(GoldenCase golden)
    {
        ModelProvider provider = golden.Family.ToProvider(golden.Config, golden.Manifest.HfTensors().Names);
        SharedConfig.MarkAsConverted(provider, "hf");
        provider.TensorModelParallelSize = golden.Sizes.Tp;
        provider.PipelineModelParallelSize = golden.Sizes.Pp;
        provider.ExpertModelParallelSize = golden.Sizes.Ep;
        provider.ExpertTensorParallelSize = golden.Sizes.Etp;
        provider.VirtualPipelineModelParallelSize = golden.Sizes.Vp > 1 ? golden.Sizes.Vp : null;
        if (provider.VocabSize % provider.TensorModelParallelSize != 0)
        {
            provider.ShouldPadVocab = true;
        }

        provider.SequenceParallel = golden.Layout.Model["sequence_parallel"]!.GetValue<bool>();
        if (provider.MoeTokenDispatcherType == "flex")
        {
            provider.MoeTokenDispatcherType = "alltoall"; // the other needs a GPU
        }

        foreach ((string field, JsonNode? value) in golden.Layout.ProviderFields)
        {
            provider.SetFromText(field, value!.ToString());
        }

        provider.Complete();
        return provider;
    }

    /// <summary>True when upstream takes the field as fixed, and we from the config, or when it names code that only the original has.</summary>
    internal static bool IsOurs(GoldenCase golden, string field) =>
        (golden.Family.ModelType, field)
            is
                ("qwen2_5_vl" or "glm4v_moe", "mrope_section")
                or
                ("qwen2_5_omni", "rotary_base")
                or
                ("qwen3_omni_moe", "rotary_base" or "attention_dropout")
                or
                ("gemma3", "vision_start_token_id" or "vision_end_token_id")
                or
                ("nemotron_labs_diffusion", "hf_config")
                or
                ("NemotronH_Nano_Omni_Reasoning_V3", "sound_config")
                or
                ("kimi_k25", "vision_config" or "trust_remote_code")
                or
                (
                    "mistral3",
                    "yarn_rotary_scaling_factor"
                        or "yarn_original_max_position_embeddings"
                        or "yarn_beta_fast"
                        or "yarn_beta_slow"
                        or "layernorm_epsilon"
                );

    // As the manifests have it, in maps too.
    private static ConfigValue WithoutNulls(ConfigValue value) =>
        value switch
        {
            ConfigValue.Map map => new ConfigValue.Map([
                .. map
                    .Entries.Where(entry => !entry.Value.IsNull)
                    .Select(entry => KeyValuePair.Create(entry.Key, WithoutNulls(entry.Value))),
            ]),
            ConfigValue.List list => ConfigValue.ListOf(list.Items.Select(WithoutNulls)),
            _ => value,
        };

    private static string Show(string field, ConfigValue value) => $"{field} = {value.GetType().Name} {value}";
}
