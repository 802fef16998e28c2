using System.Buffers;

namespace MegatronBridge.Config;

/// <summary>
/// A <c>hybrid_layer_pattern</c>, taken apart: <c>M*M-|M*M-/*E</c> has a letter for each layer, perhaps bars where a pipeline stage
/// ends, and behind each slash the layers of a multi-token prediction.
/// </summary>
internal sealed class HybridPattern
{
    /// <summary>A Mamba-2 layer.</summary>
    public const char Mamba = 'M';

    /// <summary>An attention layer.</summary>
    public const char Attention = '*';

    /// <summary>An MLP layer.</summary>
    public const char Mlp = '-';

    /// <summary>A layer of experts.</summary>
    public const char Experts = 'E';

    /// <summary>A gated delta net layer.</summary>
    public const char DeltaNet = 'G';

    /// <summary>The letters, for messages.</summary>
    public const string Known = "M (Mamba), * (attention), - (MLP), E (experts), G (gated delta net)";

    /// <summary>More predictions than any model makes.</summary>
    public const int MostPredictions = 1024;

    private static readonly SearchValues<char> Letters = SearchValues.Create("M*-EGD+|/");

    private HybridPattern(string[] stages, string prediction, int predictionDepths)
    {
        Stages = stages;
        Layers = string.Concat(stages);
        Prediction = prediction;
        PredictionDepths = predictionDepths;
    }

    /// <summary>The letter of each layer.</summary>
    public string Layers { get; }

    /// <summary>The letters of each pipeline stage, virtual ones included; a single one when there are no bars.</summary>
    public IReadOnlyList<string> Stages { get; }

    /// <summary>The letters of the layers of one multi-token prediction; empty for none.</summary>
    public string Prediction { get; }

    /// <summary>How many predictions the pattern lists.</summary>
    public int PredictionDepths { get; }

    /// <summary>The pattern of a provider.</summary>
    /// <exception cref="InvalidConfigException">There is none, or it has unknown letters.</exception>
    public static HybridPattern Of(ModelProvider provider) =>
        Parse(
            provider.HybridLayerPattern
                ?? throw new InvalidConfigException(
                    "hybrid_layer_pattern is not set, so the kinds of the layers are not known."
                )
        );

    /// <summary>Takes a pattern apart.</summary>
    /// <exception cref="InvalidConfigException">It has unknown letters, or predictions that differ.</exception>
    public static HybridPattern Parse(string text)
    {
        string[] parts = text.Split('/');
        string[] predictions = [.. parts[1..].Where(part => part.Length > 0)];
        int unknown = text.AsSpan().IndexOfAnyExcept(Letters);
        if (unknown >= 0)
        {
            throw new InvalidConfigException(
                $"hybrid_layer_pattern {text} has the letter '{text[unknown]}'; known are {Known}."
            );
        }

        return Array.TrueForAll(predictions, prediction => prediction == predictions[0] && !prediction.Contains('|'))
            ? new(parts[0].Split('|'), predictions.FirstOrDefault(""), predictions.Length)
            : throw new InvalidConfigException(
                $"hybrid_layer_pattern {text}: all multi-token predictions must have the same layers."
            );
    }
}
