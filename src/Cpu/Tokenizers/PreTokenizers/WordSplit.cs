using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Keeps runs of word characters, and runs of what is neither word nor space.</summary>
internal sealed class WordSplit : IPreTokenizer
{
    private enum Kind
    {
        Space,
        Word,
        Other,
    }

    public void Apply(PieceText text) =>
        text.Split(
            static (piece, parts) =>
            {
                int start = 0;
                Kind kind = Kind.Space;
                for (int i = 0; i < piece.Length; )
                {
                    Kind next = KindOf(CodePoints.At(piece, i, out int width));
                    if (next != kind)
                    {
                        parts.Add(new Found(start, i, kind == Kind.Space));
                        (start, kind) = (i, next);
                    }
                    i += width;
                }
                parts.Add(new Found(start, piece.Length, kind == Kind.Space));
            },
            SplitBehavior.Removed
        );

    private static Kind KindOf(int code) =>
        UnicodeData.Instance.RustWord.Contains(code) ? Kind.Word
        : UnicodeData.Instance.Space.Contains(code) ? Kind.Space
        : Kind.Other;
}
