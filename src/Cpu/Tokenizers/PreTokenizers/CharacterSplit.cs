using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Splits at the characters of a set: spaces, digits, punctuation, a delimiter.</summary>
internal sealed class CharacterSplit(CodeSet set, SplitBehavior behavior) : IPreTokenizer
{
    public void Apply(PieceText text) =>
        text.Split((piece, parts) => Splitting.ByCharacter(piece, set, parts), behavior);
}
