using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The rotary embeddings that a provider's fields describe.</summary>
internal static class RotaryTables
{
    // Megatron computes Llama 3.1's scaling with these, whatever the config said.
    private const double LowFrequencyFactor = 1;
    private const double HighFrequencyFactor = 4;
    private const double OriginalLength = 8192;

    /// <summary>That of ordinary attention in a layer; null where positions do not turn anything.</summary>
    public static RotaryTable? Of(ModelProvider provider, int layer)
    {
        if (provider.PositionEmbeddingType is not ("rope" or "mrope" or "yarn") || IsWithoutRope(provider, layer))
        {
            return null;
        }

        int channels = (int)(provider.KvChannels * provider.RotaryPercent);
        bool isWindowed = AttentionWindows.Of(provider)[layer] is not null;
        double[] frequencies = Plain(channels, Base(provider, isWindowed));
        double factor = 1;
        if (provider.PositionEmbeddingType == "yarn")
        {
            YarnScaling yarn = YarnScaling.Of(provider);
            frequencies = yarn.Apply(frequencies, provider.RotaryBase);
            factor = yarn.Concentration;
        }
        else if (provider.Has("rope_scaling") && provider.RopeScaling)
        {
            frequencies = [.. frequencies.Select(each => Llama3(each, provider.RopeScalingFactor))];
        }
        else if (provider["rotary_base"] is ConfigValue.List && !isWindowed)
        {
            frequencies = [.. frequencies.Select(each => each / provider.RopeScalingFactor)];
        }

        double stretch = provider.Has("seq_len_interpolation_factor") ? provider.SeqLenInterpolationFactor ?? 1 : 1;
        return new([.. frequencies.Select(each => (float)(each / stretch))], (float)factor, provider.RotaryInterleaved);
    }

    /// <summary>The frequencies of so many channels: powers of the base.</summary>
    public static double[] Plain(int channels, double rotaryBase) =>
        [.. Enumerable.Range(0, channels / 2).Select(pair => Math.Pow(rotaryBase, -2.0 * pair / channels))];

    /// <summary>True where <c>no_rope_freq</c> says that a layer has none.</summary>
    private static bool IsWithoutRope(ModelProvider provider, int layer) =>
        provider.NoRopeFreq switch
        {
            ConfigValue.List { Items: var layers } => layer < layers.Count && layers[layer] == 1L,
            ConfigValue.Integer { Value: var interval } => interval > 0 && (layer + 1) % interval == 0,
            _ => false,
        };

    // Gemma 3 has one base for layers with a window and one for the others.
    private static double Base(ModelProvider provider, bool isWindowed) =>
        provider["rotary_base"] is ConfigValue.List { Items: [var local, var global] }
            ? Number(isWindowed ? local : global)
            : provider.RotaryBase;

    private static double Number(ConfigValue value) =>
        value switch
        {
            ConfigValue.Integer { Value: var whole } => (double)whole,
            ConfigValue.Number { Value: var number } => number,
            _ => throw new InvalidConfigException($"rotary_base must be numbers, found {value}."),
        };

    private static double Llama3(double frequency, double factor)
    {
        double length = 2 * Math.PI / frequency;
        if (length < OriginalLength / HighFrequencyFactor)
        {
            return frequency;
        }

        if (length > OriginalLength / LowFrequencyFactor)
        {
            return frequency / factor;
        }

        double smooth = ((OriginalLength / length) - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return ((1 - smooth) * frequency / factor) + (smooth * frequency);
    }
}
