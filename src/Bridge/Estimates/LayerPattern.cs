using MegatronBridge.Config;

namespace MegatronBridge.Estimates;

/// <summary>Fields that tell which layers are of a kind: an interval, or a flag for each layer. Anything else is refused.</summary>
internal static class LayerPattern
{
    /// <summary>The layers of the decoder that have experts: every n-th from the first for an interval.</summary>
    /// <exception cref="InvalidConfigException">The field is not as it must be.</exception>
    public static bool[] Experts(ModelProvider provider) =>
        provider.NumMoeExperts is null
            ? new bool[provider.NumLayers]
            : Read(provider, "moe_layer_freq", provider.NumLayers, (layer, interval) => layer % interval == 0);

    /// <summary>The layers of the decoder that have linear attention: all but every n-th for an interval.</summary>
    /// <exception cref="InvalidConfigException">The field is not as it must be.</exception>
    public static bool[] LinearAttention(ModelProvider provider) =>
        provider.ExperimentalAttentionVariant is "gdn" or "gdn2" or "gated_delta_net"
            ? Read(
                provider,
                "linear_attention_freq",
                provider.NumLayers,
                (layer, interval) => (layer + 1) % interval != 0
            )
        : provider["linear_attention_freq"].IsNull ? new bool[provider.NumLayers]
        : throw new InvalidConfigException(
            $"linear_attention_freq is {provider["linear_attention_freq"]}, but experimental_attention_variant "
                + $"({provider.ExperimentalAttentionVariant ?? "null"}) does not tell which linear attention it is."
        );

    /// <summary>
    /// The flags of <paramref name="layers"/> layers. A list may have fewer, down to <paramref name="least"/>, where layers for
    /// multi-token prediction need none; these have false.
    /// </summary>
    /// <exception cref="InvalidConfigException">The field is neither, or of another length.</exception>
    public static bool[] Read(
        ModelProvider provider,
        string field,
        int layers,
        Func<int, int, bool> ofInterval,
        int? least = null
    )
    {
        switch (provider[field])
        {
            case ConfigValue.Integer { Value: var interval } when interval >= 1 && interval <= int.MaxValue:
                return [.. Enumerable.Range(0, layers).Select(layer => ofInterval(layer, (int)interval))];
            case ConfigValue.List { Items: var items }:
                if (items.Count != layers && items.Count != (least ?? layers))
                {
                    throw new InvalidConfigException(
                        $"{field} has {items.Count} entries, but the model has {least ?? layers} layers."
                    );
                }

                bool[] flags = new bool[layers];
                for (int layer = 0; layer < items.Count; layer++)
                {
                    flags[layer] = Flag(field, layer, items[layer]);
                }

                return flags;
            default:
                throw new InvalidConfigException(
                    $"{field} must be an interval of 1 or more, or a list with 1 or 0 for each of the {least ?? layers} "
                        + $"layers, found {provider[field]}."
                );
        }
    }

    private static bool Flag(string field, int layer, ConfigValue value) =>
        value switch
        {
            ConfigValue.Flag flag => flag.Value,
            ConfigValue.Integer { Value.IsOne: true } => true,
            ConfigValue.Integer { Value.IsZero: true } => false,
            _ => throw new InvalidConfigException($"{field}[{layer}] must be 1 or 0, found {value}."),
        };
}
