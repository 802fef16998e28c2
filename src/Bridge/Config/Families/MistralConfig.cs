using System.Text.Json.Nodes;

namespace MegatronBridge.Config.Families;

/// <summary>Mistral 7B and its relatives: what its config adds to <see cref="SharedConfig"/>.</summary>
public static class MistralConfig
{
    /// <summary>Sets the provider's fields.</summary>
    public static void Configure(ModelProvider provider, HfConfig hf)
    {
        RopeConfig.Read(hf).ApplyScaling(provider);
        if (hf.IntegerOrNull("sliding_window") is { } window)
        {
            // Megatron counts the tokens before the present one.
            provider.WindowSize = ConfigValue.ListOf(window - 1L, 0L);
            provider.CpCommType = "a2a";
        }
    }

    /// <summary>Sets the keys of a config.json.</summary>
    public static void ConfigureHf(JsonObject hf, ModelProvider provider) =>
        hf["sliding_window"] = provider.WindowSize
            is ConfigValue.List { Items: [ConfigValue.Integer { Value: var before }, _] }
            ? (int)before + 1
            : null;
}
