namespace MegatronBridge.Cpu.Verification;

/// <summary>How the logits of two models differ behind a token.</summary>
/// <param name="Token">The token.</param>
/// <param name="LeftNext">The most likely next token on the left.</param>
/// <param name="RightNext">The most likely next token on the right.</param>
/// <param name="Largest">Largest absolute difference.</param>
/// <param name="Relative">The same, relative to the largest logit on the left.</param>
/// <param name="Cosine">Cosine of the angle between the two lists of logits.</param>
public sealed record LogitDifference(
    int Token,
    int LeftNext,
    int RightNext,
    double Largest,
    double Relative,
    double Cosine
);
