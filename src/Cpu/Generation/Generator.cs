using System.Diagnostics;

namespace MegatronBridge.Cpu.Generation;

/// <summary>
/// Continues sequences of tokens with a model. On several ranks each has one, and all of them generate the same.
/// </summary>
public sealed class Generator(CpuModel model)
{
    private static readonly ForwardOptions LastOnly = new() { OnlyLast = true };

    /// <summary>The model.</summary>
    public CpuModel Model => model;

    /// <summary>Continues <paramref name="prompt"/>; each token is given out as soon as it is chosen.</summary>
    /// <param name="prompt">At least one token.</param>
    /// <param name="options">How to choose and when to stop; stop strings do not count.</param>
    /// <param name="statistics">Is filled while tokens are taken, or null.</param>
    /// <param name="cancellation">Ends it between two tokens; on several ranks at any rank's own time, which fails the others.</param>
    /// <exception cref="ArgumentException">The prompt is empty, or has tokens that the vocabulary has not.</exception>
    public IEnumerable<int> Generate(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        GenerationStatistics? statistics = null,
        CancellationToken cancellation = default
    )
    {
        options.Validate();
        return prompt.Count == 0
            ? throw new ArgumentException("A prompt has at least one token.", nameof(prompt))
            : Continue(prompt, options, statistics ?? new(), cancellation);
    }

    private IEnumerable<int> Continue(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        GenerationStatistics statistics,
        CancellationToken cancellation
    )
    {
        statistics.PromptTokens = prompt.Count;
        TokenSampler sampler = new(options, prompt);
        using SequenceState state = new(options.CacheType);
        Logits logits = new(1, model.Outputs);
        ReadOnlyMemory<int> pending = prompt.ToArray();
        while (statistics.NewTokens < options.MaxNewTokens)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            model.Forward(pending, state, LastOnly, logits);
            int token = sampler.Next(logits[0]);
            statistics.CacheBytes = state.ByteCount;
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            if (statistics.NewTokens++ == 0)
            {
                statistics.PromptTime = time;
            }
            else
            {
                statistics.DecodeTime += time;
            }

            yield return token;
            if (options.StopTokens.Contains(token))
            {
                yield break;
            }

            pending = new[] { token };
        }
    }
}
