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
    ) => Generate(tokenizer.Encode(prompt), options, statistics, cancellation);

    /// <summary>The same for a prompt that is tokens already.</summary>
    /// <exception cref="ArgumentException">The prompt is empty, or has tokens that the vocabulary has not.</exception>
    public IEnumerable<string> Generate(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        GenerationStatistics? statistics = null,
        CancellationToken cancellation = default
    ) =>
        TextStream.Of(
            generator.Generate(prompt, options, statistics, cancellation),
            prompt,
            tokenizer,
            options.StopStrings
        );
}
