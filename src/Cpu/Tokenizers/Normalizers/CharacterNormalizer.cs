using System.Text;
using MegatronBridge.Cpu.Tokenizers.Unicode;

namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Gives for each character what stands in its place: nothing, itself or others.</summary>
internal sealed class CharacterNormalizer(Action<int, Action<int>> replace) : INormalizer
{
    public string Apply(string text, ref bool atStart)
    {
        var result = new StringBuilder(text.Length);
        Action<int> output = code => CodePoints.Append(result, code);
        for (int i = 0; i < text.Length; )
        {
            replace(CodePoints.At(text, i, out int width), output);
            i += width;
            atStart &= result.Length > 0;
        }
        return result.ToString();
    }
}
