namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>How a repetition takes and gives back.</summary>
internal enum RepeatKind
{
    /// <summary>As often as it can, then less.</summary>
    Greedy,

    /// <summary>As seldom as it can, then more.</summary>
    Lazy,

    /// <summary>As often as it can, and never less.</summary>
    Possessive,
}
