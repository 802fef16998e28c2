using System.Globalization;
using System.Text;

namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Turns runs of tokens such as <c>&lt;0xE2&gt;</c> into text; a run that is no UTF-8 becomes one U+FFFD a byte.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public List<string> Apply(List<string> tokens)
    {
        var pieces = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (string token in tokens)
        {
            if (ByteOf(token) is { } value)
            {
                bytes.Add(value);
                continue;
            }
            AddText(bytes, pieces);
            pieces.Add(token);
        }
        AddText(bytes, pieces);
        return pieces;
    }

    private static void AddText(List<byte> bytes, List<string> pieces)
    {
        if (bytes.Count == 0)
        {
            return;
        }
        try
        {
            pieces.Add(Strict.GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            pieces.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
        }
        bytes.Clear();
    }

    // The digits may have a + before them, as Rust reads numbers.
    private static byte? ByteOf(string token)
    {
        if (token.Length != 6 || !token.StartsWith("<0x", StringComparison.Ordinal) || token[5] != '>')
        {
            return null;
        }
        ReadOnlySpan<char> digits = token[3] == '+' ? token.AsSpan(4, 1) : token.AsSpan(3, 2);
        return byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : null;
    }
}
