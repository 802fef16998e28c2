using MegatronBridge.Cpu.Tokenizers.Regex;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Splits as GPT-2 does, unless a Split before it has done so, and writes every byte as the character that stands for it.</summary>
internal sealed class ByteLevelPreTokenizer(JsonPart origin) : IPreTokenizer
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly bool _addPrefixSpace = origin["add_prefix_space"].Flag(true);
    private readonly Pattern? _pattern = origin["use_regex"].Flag(true) ? Pattern.Regex(Gpt2, origin) : null;

    public void Apply(PieceText text)
    {
        if (_addPrefixSpace)
        {
            text.Rewrite(
                (piece, _, output) =>
                {
                    if (piece[0] != ' ')
                    {
                        output.Write(' ');
                    }
                    output.Write(piece);
                }
            );
        }
        if (_pattern is not null)
        {
            Pattern.Search search = _pattern.Begin();
            text.Split((piece, parts) => search.Find(piece, parts, invert: false), SplitBehavior.Isolated);
        }
        text.Rewrite(
            (piece, _, output) =>
                output.Advance(ByteAlphabet.Encode(piece, output.Reserve(piece.Length * ByteAlphabet.MostPerChar)))
        );
    }
}
