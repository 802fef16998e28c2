using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The rotary embeddings that a provider's fields describe.</summary>
internal static class RotaryTables
{
    /// <summary>That of ordinary attention in a layer; null where positions do not turn anything.</summary>
    public static RotaryTable? Of(ModelProvider provider, int layer)
    {
        bool isAsKept = ClassBehaviour.Of(provider).TurnsAsKept;
        bool turns = isAsKept || provider.PositionEmbeddingType is "rope" or "mrope" or "yarn";
        if (!turns || IsWithoutRope(provider, layer))
        {
            return null;
        }

        if (provider.IsGemma4)
        {
            return OfGemma4(provider, provider.IsGemma4SlidingLayer(layer));
        }

        double share = provider.OfLayer("rotary_percents", layer) ?? provider.RotaryPercent;
        int channels = (int)(provider.KvChannels * share);
        bool isWindowed = AttentionWindows.Of(provider)[layer] is not null;
        KeptRope? kept = KeptRope.Of(provider);
        double rotaryBase =
            provider.OfLayer("rotary_base_per_layer", layer)
            ?? (isAsKept && kept is not null ? kept.Base : Base(provider, isWindowed));
        double[] frequencies = Plain(channels, rotaryBase);
        double factor = 1;
        if (kept?.Kind == "longrope")
        {
            return kept.LongRope(frequencies, provider.SeqLength, provider.RotaryInterleaved);
        }

        if (!IsScaled(provider, layer))
        {
            return new([.. frequencies.Select(each => (float)each)], 1, provider.RotaryInterleaved);
        }

        YarnScaling? yarn = kept?.Yarn ?? (provider.PositionEmbeddingType == "yarn" ? YarnScaling.Of(provider) : null);
        Llama3Scaling? llama3 = kept?.Llama3 ?? Llama3Scaling.Of(provider);
        if (yarn is not null)
        {
            frequencies = yarn.Apply(frequencies, rotaryBase);
            factor = yarn.Concentration;
        }
        else if (llama3 is not null)
        {
            frequencies = [.. frequencies.Select(llama3.Apply)];
        }
        else if (provider["rotary_base"] is ConfigValue.List && !isWindowed)
        {
            frequencies = [.. frequencies.Select(each => each / provider.RopeScalingFactor)];
        }

        double stretch = provider.NumberOr("seq_len_interpolation_factor", 1);
        return new([.. frequencies.Select(each => (float)(each / stretch))], (float)factor, provider.RotaryInterleaved);
    }

    /// <summary>
    /// That of multi-latent attention. Its pairs are neighbours; Megatron sorts the channels afterwards, queries and keys alike, which
    /// changes no score.
    /// </summary>
    public static RotaryTable? OfLatent(ModelProvider provider)
    {
        double[] frequencies = Plain(provider.QkPosEmbHeadDim, provider.RotaryBase);
        double factor = 1;
        if (provider["rope_type"] == "yarn")
        {
            YarnScaling yarn = YarnScaling.OfLatent(provider);
            frequencies = yarn.Apply(frequencies, provider.RotaryBase);
            factor = yarn.Concentration;
        }

        return new([.. frequencies.Select(each => (float)each)], (float)factor, IsInterleaved: true);
    }

    /// <summary>
    /// That of attention with a window and compressed tokens behind it: layers that compress turn with a base of their own, slowed down by
    /// YaRN, and nothing grows by it unless a config says so.
    /// </summary>
    public static RotaryTable OfCompressed(ModelProvider provider, bool compresses)
    {
        double rotaryBase = compresses ? provider.NumberOr("csa_compress_rotary_base", 40000) : provider.RotaryBase;
        double[] frequencies = Plain(provider.QkPosEmbHeadDim, rotaryBase);
        double factor = 1;
        if (compresses)
        {
            frequencies = YarnScaling.OfLatent(provider).Apply(frequencies, rotaryBase);
            factor = provider.YarnAttentionFactor is { IsNull: false } given
                ? ProviderFields.Number("yarn_attention_factor", given)
                : 1;
        }

        return new([.. frequencies.Select(each => (float)each)], (float)factor, IsInterleaved: true);
    }

    // In layers without a window the first pairs alone turn, as fast as if all did.
    private static RotaryTable OfGemma4(ModelProvider provider, bool isSliding)
    {
        bool isDense = provider.IsGemma4Dense;
        double rotaryBase = isDense
            ? provider.NumberOr(isSliding ? "sliding_window_rope_base" : "full_attention_rope_base", 10000)
            : Base(provider, isSliding);
        double share = isSliding
            ? 1
            : provider.NumberOr(isDense ? "full_attention_rope_partial_factor" : "global_rotary_percent", 1);
        int turning = (int)(share * provider.KvChannels / 2);
        IEnumerable<float> frequencies = Plain(provider.KvChannels, rotaryBase)
            .Select((frequency, pair) => pair < turning ? (float)frequency : 0);
        return new([.. frequencies], 1, IsInterleaved: false);
    }

    /// <summary>The frequencies of so many channels: powers of the base.</summary>
    public static double[] Plain(int channels, double rotaryBase) =>
        [.. Enumerable.Range(0, channels / 2).Select(pair => Math.Pow(rotaryBase, -2.0 * pair / channels))];

    // Step-3.5 names the kinds of layers whose positions are scaled, if not all are.
    private static bool IsScaled(ModelProvider provider, int layer) =>
        provider.Unknown.FirstOrDefault(kept => kept.Key == "yarn_only_types").Value
            is not ConfigValue.List { Items: var scaled }
        || !provider.Has("layer_types")
        || provider["layer_types"] is not ConfigValue.List { Items: var types }
        || layer >= types.Count
        || scaled.Contains(types[layer]);

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
            ? ProviderFields.Number("rotary_base", isWindowed ? local : global)
            : provider.RotaryBase;
}
