using System.Runtime.InteropServices;
using System.Text;

namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Turns the characters that stand for bytes back into bytes, and these into text.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public List<string> Apply(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (string token in tokens)
        {
            ByteAlphabet.Decode(token, bytes);
        }
        return [Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes))];
    }
}
