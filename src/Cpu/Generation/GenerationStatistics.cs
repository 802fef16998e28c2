namespace MegatronBridge.Cpu.Generation;

/// <summary>How long a generation took.</summary>
public sealed class GenerationStatistics
{
    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; internal set; }

    /// <summary>Tokens that were made.</summary>
    public int NewTokens { get; internal set; }

    /// <summary>Bytes of memory that this rank kept of the tokens: keys and values, recurrent states.</summary>
    public long CacheBytes { get; internal set; }

    /// <summary>Time for the prompt, up to the first new token.</summary>
    public TimeSpan PromptTime { get; internal set; }

    /// <summary>Time for the tokens behind the first new one.</summary>
    public TimeSpan DecodeTime { get; internal set; }

    /// <summary>Tokens of the prompt per second.</summary>
    public double PromptTokensPerSecond => PerSecond(PromptTokens, PromptTime);

    /// <summary>New tokens per second, the first one left out.</summary>
    public double DecodeTokensPerSecond => PerSecond(Math.Max(0, NewTokens - 1), DecodeTime);

    private static double PerSecond(int tokens, TimeSpan time) => time > TimeSpan.Zero ? tokens / time.TotalSeconds : 0;
}
