using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Mapping;

namespace MegatronBridge.Inspection;

/// <summary>How far a model, known or not, is from one of the families.</summary>
public sealed record ModelLikeness
{
    private readonly Lazy<(IReadOnlyList<KeyValuePair<string, string>> Unread, string? Refusal)> _config;

    private ModelLikeness(Family family, HfConfig config, IReadOnlyList<TensorPattern> patterns)
    {
        Family = family;
        HashSet<string> rows = [.. family.Parameters.SelectMany(row => row.Hf).Select(TensorPattern.Collapse)];
        string[] known = [.. rows, .. family.Ignored.Select(rule => TensorPattern.Collapse(rule.Pattern))];
        Unexplained = [.. patterns.Where(pattern => !Array.Exists(known, pattern.IsOf))];
        ExplainedCount = patterns.Count - Unexplained.Count;
        Absent = [.. rows.Where(row => !patterns.Any(pattern => pattern.IsOf(row))).Order(StringComparer.Ordinal)];
        Score = ScoreOf(family, config, rows.Count);
        _config = new(() => UnreadFields.Of(family, config));
    }

    /// <summary>The family.</summary>
    public Family Family { get; }

    /// <summary>How many patterns of the model's tensor names the family has rows for.</summary>
    public int ExplainedCount { get; }

    /// <summary>Tensors of the model that no row of the family explains.</summary>
    public IReadOnlyList<TensorPattern> Unexplained { get; }

    /// <summary>Patterns of tensors that the family may have and the model has not; many are optional.</summary>
    public IReadOnlyList<string> Absent { get; }

    /// <summary>Fields of config.json that the family neither reads nor knows, keys of nested objects dotted, and their values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UnknownFields => _config.Value.Unread;

    /// <summary>Why the family cannot take the config as it is; null when it can.</summary>
    public string? Refusal => _config.Value.Refusal;

    private double Score { get; }

    /// <summary>How far the model is from a family.</summary>
    public static ModelLikeness Of(Family family, HfConfig config, IReadOnlyList<TensorPattern> patterns) =>
        new(family, config, patterns);

    /// <summary>The families that are nearest to a model, the nearest first.</summary>
    public static IReadOnlyList<ModelLikeness> Nearest(
        HfConfig config,
        IReadOnlyList<TensorPattern> patterns,
        int count
    ) =>
        [
            .. FamilyList
                .All.Select(family => Of(family, config, patterns))
                .OrderByDescending(likeness => likeness.Score)
                .Take(count),
        ];

    /// <summary>Tensors count most, then the config's keys, then the name; rows without tensors count against a family.</summary>
    private double ScoreOf(Family family, HfConfig config, int rows)
    {
        HashSet<string> known = [.. family.Defaults().Select(entry => entry.Key)];
        known.UnionWith(family.ConfigMapping.Rows.Select(row => row.Hf));
        return (ExplainedCount / Math.Max(1.0, ExplainedCount + Unexplained.Count))
            + (0.3 * config.Json.Count(entry => known.Contains(entry.Key)) / Math.Max(1.0, config.Json.Count))
            + (family.ModelType == config.ModelType ? 0.1 : 0)
            - (0.2 * Absent.Count / Math.Max(1.0, rows));
    }
}
