namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Keeps one of tokens that repeat, and drops the padding between them.</summary>
internal sealed class CtcDecoder(string pad, string delimiter, bool cleanup) : IDecoder
{
    public List<string> Apply(List<string> tokens)
    {
        var pieces = new List<string>();
        for (int i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && tokens[i] == tokens[i - 1])
            {
                continue;
            }
            string text = pad.Length == 0 ? tokens[i] : tokens[i].Replace(pad, "", StringComparison.Ordinal);
            if (cleanup)
            {
                text = WordPieceDecoder.CleanUp(text);
                text = delimiter.Length == 0 ? text : text.Replace(delimiter, " ", StringComparison.Ordinal);
            }
            if (text.Length > 0)
            {
                pieces.Add(text);
            }
        }
        return pieces;
    }
}
