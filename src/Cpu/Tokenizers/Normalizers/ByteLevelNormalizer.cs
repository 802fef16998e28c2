namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Writes every byte as the character that stands for it.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    public string Apply(string text, ref bool atStart)
    {
        var chars = new char[text.Length * ByteAlphabet.MostPerChar];
        return new string(chars, 0, ByteAlphabet.Encode(text, chars));
    }
}
