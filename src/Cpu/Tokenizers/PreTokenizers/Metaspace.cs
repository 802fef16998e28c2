using System.Text;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Writes spaces as a visible character, SentencePiece's ▁, and splits before each of them.</summary>
internal sealed class Metaspace(int replacement, PrependScheme prepend, bool split) : IPreTokenizer
{
    private readonly string _replacement = new Rune(replacement).ToString();
    private readonly CodeSet _set = CodeSet.Of(replacement);

    public void Apply(PieceText text)
    {
        text.Rewrite(
            (piece, atStart, output) =>
            {
                bool has = piece[0] == ' ' || piece.StartsWith(_replacement);
                if (!has && (prepend == PrependScheme.Always || (prepend == PrependScheme.First && atStart)))
                {
                    output.Write(_replacement);
                }
                foreach (char c in piece)
                {
                    if (c == ' ')
                    {
                        output.Write(_replacement);
                    }
                    else
                    {
                        output.Write(c);
                    }
                }
            }
        );
        if (split)
        {
            text.Split((piece, parts) => Splitting.ByCharacter(piece, _set, parts), SplitBehavior.MergedWithNext);
        }
    }
}
