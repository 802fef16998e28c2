namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Decoders one after another.</summary>
internal sealed class SequenceDecoder(IDecoder[] parts) : IDecoder
{
    public List<string> Apply(List<string> tokens) => parts.Aggregate(tokens, (all, part) => part.Apply(all));
}
