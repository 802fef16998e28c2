using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>The scaling of positions that a config.json says in full, where Megatron's fields say it in part or not at all.</summary>
internal sealed record KeptRope(ConfigValue.Map Parameters)
{
    /// <summary>That of a provider, or null.</summary>
    public static KeptRope? Of(ModelProvider provider) =>
        (ClassBehaviour.Of(provider).TurnsAsKept ? InConfig(provider) : provider.HfRopeParameters as ConfigValue.Map)
            is { } parameters
            ? new(parameters)
            : null;

    /// <summary>
    /// <c>rope_parameters</c> of the config that some classes keep as a whole, in the text's or as it is; null when there are none.
    /// </summary>
    public static ConfigValue.Map? InConfig(ModelProvider provider)
    {
        ConfigValue? config = provider.Has("hf_config") ? provider["hf_config"] : null;
        foreach (string inner in (ReadOnlySpan<string>)["config_dict", "text_config"])
        {
            config = (config as ConfigValue.Map)?.Find(inner) is ConfigValue.Map own ? own : config;
        }

        return (config as ConfigValue.Map)?.Find("rope_parameters") as ConfigValue.Map;
    }

    /// <summary>The base of the frequencies.</summary>
    public double Base => Number("rope_theta");

    /// <summary>How positions are scaled.</summary>
    public string Kind => Parameters.Find("rope_type") is ConfigValue.Text { Value: var kind } ? kind : "default";

    /// <summary>The scaling of Llama 3.1, or null when it is another.</summary>
    public Llama3Scaling? Llama3 =>
        Kind == "llama3"
            ? new(
                Number("factor"),
                Number("low_freq_factor"),
                Number("high_freq_factor"),
                Number("original_max_position_embeddings")
            )
            : null;

    /// <summary>YaRN, or null when it is another. What is left out is as transformers takes it to be.</summary>
    public YarnScaling? Yarn
    {
        get
        {
            if (Kind != "yarn")
            {
                return null;
            }

            double factor = Number("factor");
            double mscale = NumberOr("mscale", 0);
            double allDim = NumberOr("mscale_all_dim", 0);
            double concentration =
                mscale != 0 && allDim != 0
                    ? YarnScaling.Mscale(factor, mscale) / YarnScaling.Mscale(factor, allDim)
                    : YarnScaling.Mscale(factor, 1);
            return new(
                factor,
                Number("original_max_position_embeddings"),
                NumberOr("beta_fast", 32),
                NumberOr("beta_slow", 1),
                Parameters.Find("truncate") is not { } truncate || truncate != false,
                NumberOr("attention_factor", concentration)
            );
        }
    }

    /// <summary>
    /// LongRoPE: a divisor for the frequency of each pair, and others as soon as the sequence is longer than what the model first learnt.
    /// </summary>
    /// <param name="frequencies">The frequencies without scaling.</param>
    /// <param name="longest">The longest sequence.</param>
    /// <param name="isInterleaved">True when pairs are neighbours.</param>
    public RotaryTable LongRope(double[] frequencies, int longest, bool isInterleaved)
    {
        double original = Number("original_max_position_embeddings");
        double stretch = NumberOr("factor", longest / original);
        double factor = NumberOr(
            "attention_factor",
            stretch <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(stretch) / Math.Log(original)))
        );
        return Table("short") with { Beyond = ((int)original, Table("long")) };

        RotaryTable Table(string length) =>
            new(
                [
                    .. frequencies.Zip(
                        Divisors($"{length}_factor", frequencies.Length),
                        (each, by) => (float)(each / by)
                    ),
                ],
                (float)NumberOr($"{length}_mscale", factor),
                isInterleaved
            );
    }

    private IEnumerable<double> Divisors(string key, int count) =>
        Parameters.Find(key) is ConfigValue.List { Items: var items } && items.Count == count
            ? items.Select(item => ProviderFields.Number($"hf_rope_parameters.{key}", item))
            : throw new InvalidConfigException($"hf_rope_parameters.{key} must be {count} numbers, found {Find(key)}.");

    private double Number(string key) =>
        ProviderFields.Number($"hf_rope_parameters.{key}", Find(key) ?? ConfigValue.Null);

    private double NumberOr(string key, double otherwise) => Find(key) is null ? otherwise : Number(key);

    private ConfigValue? Find(string key) => Parameters.Find(key) is { IsNull: false } value ? value : null;
}
