namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Puts all pieces together, for decoders that look at the whole.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}
