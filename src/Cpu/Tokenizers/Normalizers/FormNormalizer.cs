using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>A Unicode normal form.</summary>
internal sealed class FormNormalizer(bool compatible, bool composed) : INormalizer
{
    public string Apply(string text, ref bool atStart) => NormalForm.Of(text, compatible, composed);
}
