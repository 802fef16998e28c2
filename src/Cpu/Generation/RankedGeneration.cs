using System.Text;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Cpu.Generation;

/// <summary>Continues prompts with a model in any layout: its ranks are threads, or the processes that <c>mpirun</c> has started.</summary>
/// <param name="folder">The model, opened for that layout.</param>
/// <param name="tokenizer">Its tokenizer; null for tokens alone.</param>
public sealed class RankedGeneration(ModelFolder folder, Tokenizer? tokenizer)
{
    /// <summary>Threads of each rank; its share of the processors when it is not given.</summary>
    public int? Threads { get; init; }

    /// <summary>Continues prompts, one after another.</summary>
    /// <param name="prompts">Tokens of each.</param>
    /// <param name="options">How to choose and when to stop.</param>
    /// <param name="onText">Gets text as soon as it is certain, with the number of its prompt; null for nobody.</param>
    /// <param name="cancellation">Ends it between two tokens.</param>
    /// <exception cref="UnsupportedModelException">The model has something that the forward pass does not know.</exception>
    /// <exception cref="LayoutException"><c>mpirun</c> has started another number of processes.</exception>
    public IReadOnlyList<GeneratedText> Run(
        IReadOnlyList<IReadOnlyList<int>> prompts,
        GenerationOptions options,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default
    )
    {
        ParallelSizes sizes = ParallelSizes.Of(folder.Provider);
        return RankWorld.Launch(
            sizes.WorldSize,
            rank =>
            {
                using CpuModel model = folder.Load(new(rank, sizes), Threads);
                Generator generator = new(model);
                return (IReadOnlyList<GeneratedText>)
                    [
                        .. prompts.Select(
                            (prompt, number) =>
                                Continue(
                                    generator,
                                    prompt,
                                    options,
                                    rank.Rank == 0 && onText is not null ? text => onText(number, text) : null,
                                    cancellation
                                )
                        ),
                    ];
            }
        );
    }

    private GeneratedText Continue(
        Generator generator,
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        Action<string>? onText,
        CancellationToken cancellation
    )
    {
        GenerationStatistics statistics = new();
        List<int> made = [];
        IEnumerable<int> tokens = generator
            .Generate(prompt, options, statistics, cancellation)
            .Select(token =>
            {
                made.Add(token);
                return token;
            });
        if (tokenizer is null)
        {
            return new(prompt, [.. tokens], null, statistics);
        }

        StringBuilder whole = new();
        foreach (string text in TextStream.Of(tokens, prompt, tokenizer, options.StopStrings))
        {
            whole.Append(text);
            onText?.Invoke(text);
        }

        return new(prompt, made, whole.ToString(), statistics);
    }
}
