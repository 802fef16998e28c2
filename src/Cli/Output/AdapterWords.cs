using MegatronBridge.Adapters;

namespace MegatronBridge.Cli.Output;

/// <summary>What upstream calls the ways to adapt a model.</summary>
internal static class AdapterWords
{
    /// <summary>For programs: the name of upstream's file.</summary>
    public static string Of(AdapterMethod method) =>
        method switch
        {
            AdapterMethod.Dora => "dora",
            AdapterMethod.CanonicalLora => "canonical_lora",
            _ => "lora",
        };

    /// <summary>For people.</summary>
    public static string Name(AdapterMethod method) =>
        method switch
        {
            AdapterMethod.Dora => "DoRA",
            AdapterMethod.CanonicalLora => "Canonical LoRA",
            _ => "LoRA",
        };
}
