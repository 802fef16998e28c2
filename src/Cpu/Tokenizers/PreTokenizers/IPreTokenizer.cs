namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Splits a text into pieces that the model sees one by one.</summary>
internal interface IPreTokenizer
{
    void Apply(PieceText text);
}
