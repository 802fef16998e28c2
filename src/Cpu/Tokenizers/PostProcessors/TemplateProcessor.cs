namespace MegatronBridge.Cpu.Tokenizers.PostProcessors;

/// <summary>Puts tokens before and after the text.</summary>
internal sealed class TemplateProcessor(int[] before, int[] after) : IPostProcessor
{
    public List<int> Apply(List<int> ids) => before.Length + after.Length == 0 ? ids : [.. before, .. ids, .. after];
}
