using MegatronBridge.Cpu.Tokenizers;

namespace MegatronBridge.Cpu.Generation;

/// <summary>Continues text with a model and its tokenizer.</summary>
public sealed class TextGenerator(Generator generator, Tokenizer tokenizer)
{
    /// <summary>Continues <paramref name="prompt"/>; text is given out as soon as it is certain, without special tokens.</summary>
    /// <param name="prompt">Text, to which the tokenizer adds the special tokens that it begins with.</param>
    /// <param name="options">How to choose and when to stop.</param>
    /// <param name="statistics">Is filled while text is taken, or null.</param>
    /// <param name="cancellation">Ends it between two tokens.</param>
    /// <exception cref="ArgumentException">The prompt has no token.</exception>
    public IEnumerable<string> Generate(
        string prompt,
        GenerationOptions options,
        GenerationStatistics? statistics = null,
        CancellationToken cancellation = default
    )
    {
        int[] tokens = tokenizer.Encode(prompt);
        return TextStream.Of(
            generator.Generate(tokens, options, statistics, cancellation),
            tokens,
            tokenizer,
            options.StopStrings
        );
    }
}
