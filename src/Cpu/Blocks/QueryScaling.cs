using MegatronBridge.Config;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>How fast queries grow with their position, as in Llama 4: by 1 + beta · ln(1 + ⌊position / original length⌋).</summary>
internal sealed record QueryScaling(double Beta, double OriginalLength)
{
    private const string Key = "llama_4_scaling_beta";
    private const string OriginalKey = "original_max_position_embeddings";

    /// <summary>That of a provider, or null where queries do not grow.</summary>
    public static QueryScaling? Of(ModelProvider provider)
    {
        ConfigValue beta = provider.Llama4ScalingBeta;
        ConfigValue.Map? kept = KeptRope.InConfig(provider);
        beta = beta.IsNull ? kept?.Find(Key) ?? ConfigValue.Null : beta;
        if (beta.IsNull)
        {
            return null;
        }

        double? original = ClassBehaviour.Of(provider).TurnsAsKept
            ? ProviderFields.Number(OriginalKey, kept?.Find(OriginalKey) ?? ConfigValue.Null)
            : provider.YarnOriginalMaxPositionEmbeddings;
        return new(
            ProviderFields.Number(Key, beta),
            original
                ?? throw new InvalidConfigException(
                    $"yarn_original_max_position_embeddings is not set, and {Key} needs it."
                )
        );
    }

    /// <summary>The factor of a query.</summary>
    public float At(int position) => (float)(1 + (Beta * Math.Log(1 + Math.Floor(position / OriginalLength))));
}
