namespace MegatronBridge.Cpu.Tokenizers.PostProcessors;

/// <summary>Post-processors one after another.</summary>
internal sealed class SequenceProcessor(IPostProcessor[] parts) : IPostProcessor
{
    public List<int> Apply(List<int> ids) => parts.Aggregate(ids, (all, part) => part.Apply(all));
}
