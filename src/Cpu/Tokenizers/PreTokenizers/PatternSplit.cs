using MegatronBridge.Cpu.Tokenizers.Regex;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Splits at a text or a regular expression; inverted, what stands between the matches counts as the match.</summary>
internal sealed class PatternSplit(Pattern pattern, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    public void Apply(PieceText text)
    {
        Pattern.Search search = pattern.Begin();
        text.Split((piece, parts) => search.Find(piece, parts, invert), behavior);
    }
}
