using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>The <c>layer_types</c> of a config.json: a word for each layer.</summary>
public static class LayerTypes
{
    private const string Windowed = "sliding_attention";

    /// <summary>All layers are the same.</summary>
    public static JsonArray All(string kind, int layers) =>
        new([.. Enumerable.Repeat(0, layers).Select(_ => (JsonNode)kind)]);

    /// <summary>Every <paramref name="interval"/>th layer is <paramref name="last"/>, the others are <paramref name="others"/>.</summary>
    public static JsonArray Interval(int interval, int layers, string others, string last) =>
        new([.. Enumerable.Range(1, layers).Select(layer => (JsonNode)(layer % interval == 0 ? last : others))]);

    /// <summary>1 for each layer that <c>layer_types</c> calls <paramref name="kind"/>, 0 for the others.</summary>
    /// <exception cref="Storage.BadFileException">There is not a word for each layer.</exception>
    public static ConfigValue Flags(HfConfig hf, string kind, int layers)
    {
        IReadOnlyList<string> types = hf.Texts("layer_types");
        return types.Count == layers
            ? ConfigValue.ListOf(types.Select(type => (ConfigValue)(type == kind ? 1L : 0L)))
            : throw hf.Wrong("layer_types", $"a list of {layers} words, one for each layer");
    }

    /// <summary>The same, or all but every <paramref name="interval"/>th layer when the config has no <c>layer_types</c>.</summary>
    /// <exception cref="Storage.BadFileException">There is not a word for each layer.</exception>
    public static ConfigValue FlagsOr(HfConfig hf, string kind, int layers, int interval) =>
        hf.IsSet("layer_types")
            ? Flags(hf, kind, layers)
            : ConfigValue.ListOf(
                Enumerable.Range(1, layers).Select(layer => (ConfigValue)(layer % interval == 0 ? 0L : 1L))
            );

    /// <summary>
    /// Sets the windows that a config with <c>use_sliding_window</c> tells of: in the layers that <c>layer_types</c> names, or in those from
    /// <c>max_window_layers</c> on.
    /// </summary>
    /// <exception cref="Storage.BadFileException">There is not a word for each layer.</exception>
    public static void UseWindows(ModelProvider provider, HfConfig hf)
    {
        if (hf.FlagOr("use_sliding_window", false) && hf.IntegerOrNull("sliding_window") is { } window)
        {
            int first = hf.IntegerOr("max_window_layers", 0);
            provider.Window = window;
            provider.WindowAttnSkipFreq = hf.IsSet("layer_types")
                ? Flags(hf, Windowed, provider.NumLayers)
                : ConfigValue.ListOf(
                    Enumerable.Range(0, provider.NumLayers).Select(layer => (ConfigValue)(layer >= first ? 1L : 0L))
                );
        }
    }

    /// <summary>Writes what <see cref="UseWindows"/> reads.</summary>
    public static void WriteWindows(JsonObject hf, ModelProvider provider)
    {
        hf["layer_types"] = FromFlags(provider.WindowAttnSkipFreq, provider.NumLayers, Windowed, "full_attention");
        if (provider.Window is { } window)
        {
            hf["sliding_window"] = window;
            hf["use_sliding_window"] = true;
        }
    }

    /// <summary>After how many layers <c>sliding_window_pattern</c> begins again: a number, or a word such as LLLG.</summary>
    public static int PatternLength(HfConfig hf, int otherwise) =>
        hf.Value("sliding_window_pattern") is ConfigValue.Text { Value: { Length: > 0 } pattern }
            ? pattern.Length
            : Math.Max(hf.IntegerOr("sliding_window_pattern", otherwise), 1);

    /// <summary>1 where there is a 0, and 0 where there is a 1.</summary>
    public static ConfigValue Opposite(ConfigValue flags) =>
        ConfigValue.ListOf(((ConfigValue.List)flags).Items.Select(flag => (ConfigValue)(flag == 1L ? 0L : 1L)));

    /// <summary><paramref name="one"/> for each layer with a 1, <paramref name="other"/> for the others; null has no 1.</summary>
    public static JsonArray FromFlags(ConfigValue flags, int layers, string one, string other) =>
        new([
            .. Enumerable
                .Range(0, layers)
                .Select(layer => (JsonNode)(flags is ConfigValue.List list && list.Items[layer] == 1L ? one : other)),
        ]);
}
