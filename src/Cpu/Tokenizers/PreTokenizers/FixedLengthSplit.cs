using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Splits after every so many characters.</summary>
internal sealed class FixedLengthSplit(int length) : IPreTokenizer
{
    public void Apply(PieceText text) =>
        text.Split(
            (piece, parts) =>
            {
                int start = 0;
                int count = 0;
                for (int i = 0; i < piece.Length; )
                {
                    CodePoints.At(piece, i, out int width);
                    i += width;
                    if (++count == length || i == piece.Length)
                    {
                        parts.Add(new Found(start, i, false));
                        (start, count) = (i, 0);
                    }
                }
            },
            SplitBehavior.Isolated
        );
}
