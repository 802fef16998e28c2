using System.Text.Json.Nodes;

namespace MegatronBridge.Config.Families;

/// <summary>Llama 2, 3, 3.1, 3.2, 3.3: what its config adds to <see cref="SharedConfig"/>.</summary>
public static class LlamaConfig
{
    /// <summary>Sets the provider's fields.</summary>
    public static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.HiddenDropout = 0.0;
        provider.RotaryPercent = 1.0;
        provider["bias_activation_fusion"] = true;
        provider["bias_dropout_fusion"] = true;
        provider["apply_rope_fusion"] = true;
        provider["persist_layer_norm"] = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    /// <summary>Sets the keys of a config.json.</summary>
    public static void ConfigureHf(JsonObject hf, ModelProvider provider) { }
}
