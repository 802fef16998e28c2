using MegatronBridge.Config.Families;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Families;

/// <summary>Mistral 7B and relatives: Llama's tensors, with a sliding window in some versions.</summary>
public static class Mistral
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "MistralForCausalLM",
        ModelType    = "mistral",
        Configure    = MistralConfig.Configure,
        ConfigureHf  = MistralConfig.ConfigureHf,
        Schema       = ProviderSchema.Mistral,
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };
}
