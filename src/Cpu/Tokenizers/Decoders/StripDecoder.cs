using System.Text;

namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Takes up to so many of one character away from the beginning and the end of each piece.</summary>
internal sealed class StripDecoder(int content, int start, int stop) : IDecoder
{
    private readonly string _content = new Rune(content).ToString();

    public List<string> Apply(List<string> tokens) => [.. tokens.Select(Strip)];

    private string Strip(string token)
    {
        int from = 0;
        for (int i = 0; i < start && token.AsSpan(from).StartsWith(_content); i++)
        {
            from += _content.Length;
        }
        int to = token.Length;
        for (int i = 0; i < stop && token.AsSpan(from, to - from).EndsWith(_content); i++)
        {
            to -= _content.Length;
        }
        return token[from..to];
    }
}
