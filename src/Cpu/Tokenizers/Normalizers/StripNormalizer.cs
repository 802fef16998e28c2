using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Takes white space away from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public string Apply(string text, ref bool atStart)
    {
        CodeSet space = UnicodeData.Instance.Space; // all of one char
        int start = 0;
        int end = text.Length;
        while (left && start < end && space.Contains(text[start]))
        {
            start++;
        }
        while (right && end > start && space.Contains(text[end - 1]))
        {
            end--;
        }
        atStart &= start == 0;
        return text[start..end];
    }
}
