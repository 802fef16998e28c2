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
        Provider     = "megatron.bridge.models.mistral.mistral_provider.MistralModelProvider",
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };
}
