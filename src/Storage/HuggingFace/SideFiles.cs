namespace MegatronBridge.Storage.HuggingFace;

/// <summary>The files of a Hugging Face model that are no weights: which of them a conversion takes along.</summary>
public static class SideFiles
{
    private static readonly HashSet<string> TokenizerNames = new(StringComparer.Ordinal)
    {
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "vocab.txt",
        "merges.txt",
        "tokenizer.model",
        "sentencepiece.bpe.model",
        "spiece.model",
        "tekken.json",
        "chat_template.jinja",
        "chat_template.json",
    };

    private static readonly HashSet<string> ModelNames = new(StringComparer.Ordinal)
    {
        "generation_config.json",
        "preprocessor_config.json",
        "processor_config.json",
        "video_preprocessor_config.json",
        "image_processor_config.json",
    };

    /// <summary>True for what a tokenizer consists of.</summary>
    public static bool IsTokenizer(string name) =>
        TokenizerNames.Contains(name)
        || name.EndsWith(".tiktoken", StringComparison.Ordinal)
        || (
            name.StartsWith("tokenization_", StringComparison.Ordinal) && name.EndsWith(".py", StringComparison.Ordinal)
        );

    /// <summary>True for what belongs to a model beside config, weights and tokenizer: generation and processor settings, code.</summary>
    public static bool IsModel(string name) =>
        ModelNames.Contains(name) || name.EndsWith(".py", StringComparison.Ordinal);
}
