using System.Text;
using MegatronBridge.Cpu.Tokenizers.PreTokenizers;
using MegatronBridge.Cpu.Tokenizers.Regex;

namespace MegatronBridge.Cpu.Tokenizers.Normalizers;

/// <summary>Puts a text in the place of every match of a pattern.</summary>
internal sealed class ReplaceNormalizer(Pattern pattern, string content) : INormalizer
{
    public string Apply(string text, ref bool atStart)
    {
        if (pattern.Text is { } literal)
        {
            atStart &= content.Length > 0 || !text.StartsWith(literal, StringComparison.Ordinal);
            return text.Replace(literal, content, StringComparison.Ordinal);
        }
        var parts = new List<Found>();
        pattern.Begin().Find(text, parts, invert: false);
        var result = new StringBuilder(text.Length);
        foreach (Found part in parts)
        {
            result.Append(part.IsMatch ? content : text.AsSpan(part.Start, part.End - part.Start));
            atStart &= result.Length > 0;
        }
        return result.ToString();
    }
}
