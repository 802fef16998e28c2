using System.Text.Json.Nodes;
using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>
/// Kimi K2 under its own name: DeepSeek V3 with other training settings. (The released checkpoints call themselves
/// DeepseekV3ForCausalLM and are taken as such.) Upstream loses layers for multi-token prediction, if there are any; here
/// they stay.
/// </summary>
public static class KimiK2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = DeepseekV3.Family with
    {
        Architecture = "KimiK2ForCausalLM",
        ModelType    = "kimi_k2",
        HfDefaults   = Defaults,
        Configure    = Configure,
    };

    private static string Defaults
    {
        get
        {
            JsonObject defaults = JsonNode.Parse(DeepseekV3.Family.HfDefaults)!.AsObject();
            defaults["scoring_func"] = "sigmoid";
            defaults["topk_method"] = "noaux_tc";
            return defaults.ToJsonString();
        }
    }

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        DeepseekV3.Family.Configure(provider, hf);
        provider.MoeAuxLossCoeff = 1e-3;
        provider.MtpNumLayers = hf.IntegerOrNull("num_nextn_predict_layers");
        provider.SeqLength = 4096;
    }
}
