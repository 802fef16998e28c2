using System.Text.Json.Nodes;

namespace MegatronBridge.Config.Families;

/// <summary>Qwen2 and Qwen2.5: what its config adds to <see cref="SharedConfig"/>.</summary>
public static class Qwen2Config
{
    /// <summary>Sets the provider's fields.</summary>
    public static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = true;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = Storage.Tensors.DType.BF16;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    /// <summary>Sets the keys of a config.json.</summary>
    public static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["layer_types"] = new JsonArray([
            .. Enumerable.Repeat(0, provider.NumLayers).Select(_ => JsonValue.Create("full_attention")),
        ]);
        if (provider.KvChannels != provider.HiddenSize / provider.NumAttentionHeads)
        {
            hf["head_dim"] = provider.KvChannels;
        }
    }
}
