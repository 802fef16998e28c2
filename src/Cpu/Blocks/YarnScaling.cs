using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// YaRN: channels that turn slowly are slowed down by a factor, those that turn fast are left alone, and between them it goes over
/// linearly.
/// </summary>
internal sealed record YarnScaling(
    double Factor,
    double OriginalLength,
    double BetaFast,
    double BetaSlow,
    bool IsRounded,
    double Concentration
)
{
    /// <summary>That of ordinary attention.</summary>
    public static YarnScaling Of(ModelProvider provider)
    {
        double factor = Required(provider.YarnRotaryScalingFactor, "yarn_rotary_scaling_factor");
        double concentration =
            provider.YarnMscale is { } mscale && provider.YarnMscaleAllDim is { } allDim
                ? Mscale(factor, mscale) / Mscale(factor, allDim)
                : Mscale(factor, 1);
        return new(
            factor,
            Required(provider.YarnOriginalMaxPositionEmbeddings, "yarn_original_max_position_embeddings"),
            Required(provider.YarnBetaFast, "yarn_beta_fast"),
            Required(provider.YarnBetaSlow, "yarn_beta_slow"),
            provider.YarnCorrectionRangeRoundToInt ?? true,
            provider.YarnAttentionFactor is { IsNull: false } given
                ? ProviderFields.Number("yarn_attention_factor", given)
                : concentration
        );
    }

    /// <summary>That of multi-latent attention.</summary>
    public static YarnScaling OfLatent(ModelProvider provider)
    {
        double factor = Required(provider.RotaryScalingFactor, "rotary_scaling_factor");
        return new(
            factor,
            provider.OriginalMaxPositionEmbeddings,
            provider.BetaFast,
            provider.BetaSlow,
            IsRounded: true,
            Mscale(factor, provider.Mscale) / Mscale(factor, provider.MscaleAllDim)
        );
    }

    /// <summary>How much sharper scores must become when positions are so much denser.</summary>
    public static double Mscale(double factor, double weight) =>
        factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;

    /// <summary>Scales the frequencies of a rotary embedding with that base.</summary>
    public double[] Apply(double[] frequencies, double rotaryBase)
    {
        double channels = 2 * frequencies.Length;
        double low = ChannelOf(BetaFast);
        double high = ChannelOf(BetaSlow);
        (low, high) = IsRounded ? (Math.Floor(low), Math.Ceiling(high)) : (low, high);
        (low, high) = (Math.Max(low, 0), Math.Min(high, channels - 1));
        high = high.Equals(low) ? high + 0.001 : high;
        return
        [
            .. frequencies.Select(
                (frequency, pair) =>
                {
                    double scaled = Math.Clamp((pair - low) / (high - low), 0, 1);
                    return (frequency / Factor * scaled) + (frequency * (1 - scaled));
                }
            ),
        ];

        // The pair of channels that turns so often over the original length.
        double ChannelOf(double turns) =>
            channels * Math.Log(OriginalLength / (turns * 2 * Math.PI)) / (2 * Math.Log(rotaryBase));
    }

    private static double Required(double? value, string field) =>
        value ?? throw new InvalidConfigException($"{field} is not set, and YaRN needs it.");
}
