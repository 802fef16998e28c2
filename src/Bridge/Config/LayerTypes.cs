using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>The <c>layer_types</c> of a config.json: a word for each layer.</summary>
public static class LayerTypes
{
    /// <summary>All layers are the same.</summary>
    public static JsonArray All(string kind, int layers) =>
        new([.. Enumerable.Repeat(0, layers).Select(_ => (JsonNode)kind)]);

    /// <summary>Every <paramref name="interval"/>th layer is <paramref name="last"/>, the others are <paramref name="others"/>.</summary>
    public static JsonArray Interval(int interval, int layers, string others, string last) =>
        new([.. Enumerable.Range(1, layers).Select(layer => (JsonNode)(layer % interval == 0 ? last : others))]);
}
