namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Pre-tokenizers one after another.</summary>
internal sealed class SequencePreTokenizer(IPreTokenizer[] parts) : IPreTokenizer
{
    public void Apply(PieceText text)
    {
        foreach (IPreTokenizer part in parts)
        {
            part.Apply(text);
        }
    }
}
