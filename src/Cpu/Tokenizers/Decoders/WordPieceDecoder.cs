namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Puts a space before each token but those that continue a word.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    public List<string> Apply(List<string> tokens) => [.. tokens.Select(Decode)];

    private string Decode(string token, int place)
    {
        string text =
            place == 0 ? token
            : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..]
            : " " + token;
        return cleanup ? CleanUp(text) : text;
    }

    /// <summary>Takes away the spaces that tokenizing has put into English.</summary>
    public static string CleanUp(string text) =>
        text.Replace(" .", ".")
            .Replace(" ?", "?")
            .Replace(" !", "!")
            .Replace(" ,", ",")
            .Replace(" ' ", "'")
            .Replace(" n't", "n't")
            .Replace(" 'm", "'m")
            .Replace(" do not", " don't")
            .Replace(" 's", "'s")
            .Replace(" 've", "'ve")
            .Replace(" 're", "'re");
}
