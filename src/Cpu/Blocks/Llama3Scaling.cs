using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The scaling of Llama 3.1: channels that turn slowly are slowed down by a factor, those that turn fast are left alone, and between the
/// two it goes over.
/// </summary>
internal sealed record Llama3Scaling(double Factor, double Low, double High, double OriginalLength)
{
    /// <summary>That of a provider, with the constants that Megatron computes with, or null.</summary>
    public static Llama3Scaling? Of(ModelProvider provider) =>
        provider.IsOn("rope_scaling") ? new(provider.RopeScalingFactor, Low: 1, High: 4, OriginalLength: 8192) : null;

    /// <summary>Scales the frequency of a channel.</summary>
    public double Apply(double frequency)
    {
        double turns = OriginalLength * frequency / (2 * Math.PI); // over the original length
        double share = Math.Clamp((turns - Low) / (High - Low), 0, 1);
        return ((1 - share) * frequency / Factor) + (share * frequency);
    }
}
