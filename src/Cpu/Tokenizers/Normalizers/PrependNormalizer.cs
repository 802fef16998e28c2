namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Puts a text before one that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Apply(string text, ref bool atStart) => text.Length == 0 ? text : prefix + text;
}
