using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>How fast queries grow with their position, as in Llama 4: by 1 + beta · ln(1 + ⌊position / original length⌋).</summary>
internal sealed record QueryScaling(double Beta, double OriginalLength)
{
    private const string Key = "llama_4_scaling_beta";

    /// <summary>That of a provider, or null where queries do not grow.</summary>
    public static QueryScaling? Of(ModelProvider provider)
    {
        ConfigValue beta = provider.Llama4ScalingBeta;
        if (beta.IsNull && provider.Has("hf_config"))
        {
            ConfigValue kept = provider["hf_config"]; // upstream keeps it there, inside the text's or as it is
            ConfigValue text = Find(kept, "text_config");
            beta = Find(Find(text.IsNull ? kept : text, "rope_parameters"), Key);
        }

        return beta.IsNull
            ? null
            : new(
                ProviderFields.Number(Key, beta),
                provider.YarnOriginalMaxPositionEmbeddings
                    ?? throw new InvalidConfigException(
                        $"yarn_original_max_position_embeddings is not set, and {Key} needs it."
                    )
            );
    }

    /// <summary>The factor of a query.</summary>
    public float At(int position) => (float)(1 + (Beta * Math.Log(1 + Math.Floor(position / OriginalLength))));

    private static ConfigValue Find(ConfigValue config, string key) =>
        (config as ConfigValue.Map)?.Find(key) ?? ConfigValue.Null;
}
