namespace MegatronBridge.Cpu.Verification;

/// <summary>How two models differ in what they compute of the same tokens.</summary>
public sealed record ModelDifference
{
    /// <summary>The difference behind each token.</summary>
    public required IReadOnlyList<LogitDifference> Logits { get; init; }

    /// <summary>The difference behind each part, in the order of the model; empty when that was not asked for.</summary>
    public required IReadOnlyList<HiddenDifference> Hidden { get; init; }

    /// <summary>Largest difference of logits, relative to the largest logit on the left.</summary>
    public double LargestRelative => Logits.Max(logit => logit.Relative);

    /// <summary>Least cosine of logits.</summary>
    public double LeastCosine => Logits.Min(logit => logit.Cosine);

    /// <summary>Behind how many tokens both find the same one most likely.</summary>
    public int SameNext => Logits.Count(logit => logit.LeftNext == logit.RightNext);

    /// <summary>The first part behind which the streams differ by more than <paramref name="tolerance"/>, relative to their largest number.</summary>
    public HiddenDifference? FirstParting(double tolerance) =>
        Hidden.FirstOrDefault(hidden => !(hidden.Relative <= tolerance));
}
