using MegatronBridge.Config;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates;

/// <summary>How many tokens the attention of each layer sees, the present one included; null for all before it.</summary>
internal static class AttentionWindows
{
    /// <summary>The windows of the decoder's layers, and of those for multi-token prediction behind them.</summary>
    /// <exception cref="InvalidConfigException">A field that tells them is not as it must be.</exception>
    public static long?[] Of(ModelProvider provider)
    {
        int layers = provider.NumLayers + (provider.MtpNumLayers ?? 0);
        if (provider.Has("sliding_attention_setting"))
        {
            return OfStep(provider, layers);
        }

        if (Width("window_size", provider.WindowSize) is not { } width)
        {
            return new long?[layers];
        }

        bool[] windowed =
            provider.IsGemma4 ? [.. Enumerable.Range(0, layers).Select(provider.IsGemma4SlidingLayer)]
            : provider.Has("hybrid_attention_pattern")
                ? LayerPattern.Read(provider, "hybrid_attention_pattern", layers, (_, _) => true, provider.NumLayers)
            : provider.Has("interleaved_attn_pattern") ? Interleaved(provider, layers)
            : LayerSpec.Of(provider).HasAlternatingWindows
                ? [.. Enumerable.Range(0, layers).Select(layer => layer % 2 == 0)]
            : BySkipFrequency(provider, layers);
        if (provider.Has("hybrid_attention_pattern"))
        {
            Array.Fill(windowed, true, provider.NumLayers, layers - provider.NumLayers); // MiMo: all predictions have one
        }

        return [.. windowed.Select(isWindowed => isWindowed ? width : (long?)null)];
    }

    /// <summary>The windows as Megatron-Bridge takes them to be when it counts.</summary>
    public static long?[] ByFieldsAlone(ModelProvider provider)
    {
        int layers = provider.NumLayers + (provider.MtpNumLayers ?? 0);
        long? width = Width("window_size", provider.WindowSize);
        return width is null
            ? new long?[layers]
            : [.. BySkipFrequency(provider, layers).Select(isWindowed => isWindowed ? width : null)];
    }

    private static bool[] BySkipFrequency(ModelProvider provider, int layers) =>
        provider.WindowAttnSkipFreq.IsNull
            ? [.. Enumerable.Repeat(true, layers)]
            : LayerPattern.Read(
                provider,
                "window_attn_skip_freq",
                layers,
                (layer, interval) => (layer + 1) % interval != 0,
                provider.NumLayers
            );

    // Gemma 3: so many layers with a window, then so many without.
    private static bool[] Interleaved(ModelProvider provider, int layers) =>
        provider["interleaved_attn_pattern"]
            is ConfigValue.List
            {
                Items: [ConfigValue.Integer { Value: var with }, ConfigValue.Integer { Value: var without }]
            }
        && with >= 0
        && without >= 0
        && with + without >= 1
        && with + without <= int.MaxValue
            ? [.. Enumerable.Range(0, layers).Select(layer => layer % (int)(with + without) < (int)with)]
            : throw new InvalidConfigException(
                "interleaved_attn_pattern must be two numbers of layers, with a window and without, found "
                    + $"{provider["interleaved_attn_pattern"]}."
            );

    // Step-3.5: layer_types tells the layers, and a map what they have of their own.
    private static long?[] OfStep(ModelProvider provider, int layers)
    {
        if (provider["sliding_attention_setting"] is not ConfigValue.Map setting)
        {
            return
                provider["layer_types"] is ConfigValue.List { Items: var kinds } && kinds.Contains("sliding_attention")
                ? throw new InvalidConfigException(
                    $"layer_types has sliding_attention, but sliding_attention_setting is {provider["sliding_attention_setting"]}: it must "
                        + "tell window_size, num_attention_heads and num_query_groups of these layers."
                )
                : new long?[layers];
        }

        // Upstream writes sliding_window there as it is, so that Megatron sees one token more than the released models do.
        ConfigValue size = setting.Find("window_size") ?? ConfigValue.Null;
        long? width = Width("sliding_attention_setting.window_size", size) - (size is ConfigValue.List ? 1 : 0);
        return provider["layer_types"] is ConfigValue.List { Items: var types } && types.Count >= provider.NumLayers
            ?
            [
                .. Enumerable
                    .Range(0, layers)
                    .Select(layer => layer < types.Count && types[layer] == "sliding_attention" ? width : null),
            ]
            : throw new InvalidConfigException(
                $"layer_types must be a list with a text for each of the {provider.NumLayers} layers, found "
                    + $"{provider["layer_types"]}."
            );
    }

    // One number counts all tokens seen; of two, the first those before and the second those behind, -1 for all.
    private static long? Width(string field, ConfigValue size) =>
        size switch
        {
            { IsNull: true } => null,
            ConfigValue.Integer { Value: var tokens } when tokens >= 1 && tokens <= int.MaxValue => (long)tokens,
            ConfigValue.List
            {
                Items: [ConfigValue.Integer { Value: var before }, ConfigValue.Integer { Value: var behind }]
            } when before >= -1 && behind >= -1 && before <= int.MaxValue && behind <= int.MaxValue => before < 0
            || behind < 0
                ? null
                : (long)(before + behind + 1),
            _ => throw new InvalidConfigException(
                $"{field} must be a number of tokens, or two numbers, before and behind, found {size}."
            ),
        };
}
