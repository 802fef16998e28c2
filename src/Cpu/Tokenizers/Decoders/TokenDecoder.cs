namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Decodes each token for itself, by its place among all.</summary>
internal sealed class TokenDecoder(Func<string, int, int, string> decode) : IDecoder
{
    public List<string> Apply(List<string> tokens) =>
        [.. tokens.Select((token, place) => decode(token, place, tokens.Count))];
}
