using MegatronBridge.Config.Families;

namespace MegatronBridge.Families;

/// <summary>Qwen2 and Qwen2.5: Llama's tensors and biases on query, key and value.</summary>
public static class Qwen2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Qwen2ForCausalLM",
        ModelType    = "qwen2",
        Configure    = Qwen2Config.Configure,
        ConfigureHf  = Qwen2Config.ConfigureHf,
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.QkvBias, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };
}
