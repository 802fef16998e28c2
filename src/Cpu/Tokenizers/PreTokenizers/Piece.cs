namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>A piece of a text that is being split; <paramref name="AtStart"/> when it begins where the whole input begins.</summary>
internal readonly record struct Piece(int Start, int End, bool AtStart)
{
    public int Length => End - Start;
}
