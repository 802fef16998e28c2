using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Splits where the script changes; Han and the Kana count as one, spaces and the like go with what is before them.</summary>
internal sealed class ScriptSplit : IPreTokenizer
{
    public void Apply(PieceText text) =>
        text.Split(
            static (piece, parts) =>
            {
                byte[] scripts = UnicodeData.Instance.SplitterScripts;
                int start = -1; // what stands before the first character of a script is dropped
                byte last = 0;
                for (int i = 0; i < piece.Length; )
                {
                    byte script = scripts[CodePoints.At(piece, i, out int width)];
                    if (script != 0 && script != last)
                    {
                        if (start >= 0)
                        {
                            parts.Add(new Found(start, i, false));
                        }
                        (start, last) = (i, script);
                    }
                    i += width;
                }
                if (start >= 0)
                {
                    parts.Add(new Found(start, piece.Length, false));
                }
            },
            SplitBehavior.Isolated
        );
}
