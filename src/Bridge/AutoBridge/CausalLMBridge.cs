using MegatronBridge.Config;

namespace MegatronBridge;

/// <summary>An older name of <see cref="AutoBridge"/>, which the user guide of upstream still has.</summary>
public static class CausalLMBridge
{
    /// <summary>See <see cref="AutoBridge.ListSupportedModels"/>.</summary>
    public static IReadOnlyList<string> ListSupportedModels() => AutoBridge.ListSupportedModels();

    /// <summary>See <see cref="AutoBridge.FromHfPretrained"/>.</summary>
    public static AutoBridge FromHfPretrained(string path, HfLoadOptions? options = null) =>
        AutoBridge.FromHfPretrained(path, options);

    /// <summary>See <see cref="AutoBridge.FromHfConfig"/>.</summary>
    public static AutoBridge FromHfConfig(HfConfig config, HfLoadOptions? options = null) =>
        AutoBridge.FromHfConfig(config, options);
}
