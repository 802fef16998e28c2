namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Normalizers one after another.</summary>
internal sealed class SequenceNormalizer(INormalizer[] parts) : INormalizer
{
    public string Apply(string text, ref bool atStart)
    {
        foreach (INormalizer part in parts)
        {
            text = part.Apply(text, ref atStart);
        }
        return text;
    }
}
