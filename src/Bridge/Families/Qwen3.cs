using MegatronBridge.Config.Families;

namespace MegatronBridge.Families;

/// <summary>Qwen3 dense: Llama's tensors and a norm on every query and key head; no biases.</summary>
public static class Qwen3
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Qwen3ForCausalLM",
        ModelType    = "qwen3",
        Configure    = Qwen3Config.Configure,
        ConfigureHf  = Qwen3Config.ConfigureHf,
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.QkNorms, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };
}
