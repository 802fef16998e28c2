using System.Globalization;
using System.Numerics;
using System.Text;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>The values that protocols 0 and 1 write as lines of text. Each method gives null for what it cannot read.</summary>
internal static class PickleLine
{
    // Python's own limit for decimal text, which takes quadratic time.
    private const int MostDigits = 4300;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static PickleValue? ParseInt(ReadOnlySpan<byte> line) =>
        line switch
        {
            [(byte)'0', (byte)'1'] => PickleBool.Of(true),
            [(byte)'0', (byte)'0'] => PickleBool.Of(false),
            _ => ParseLong(line),
        };

    public static PickleValue? ParseLong(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> digits = line is [.., (byte)'L'] ? line[..^1] : line;
        bool parsed = BigInteger.TryParse(
            Encoding.Latin1.GetString(digits[..Math.Min(digits.Length, MostDigits)]),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out BigInteger value
        );
        return parsed && digits.Length <= MostDigits ? PickleInt.Of(value) : null;
    }

    public static PickleValue? ParseFloat(ReadOnlySpan<byte> line)
    {
        string text = Encoding.Latin1.GetString(line);
        return text switch
        {
            "inf" => new PickleFloat(double.PositiveInfinity),
            "-inf" => new PickleFloat(double.NegativeInfinity),
            "nan" or "-nan" => new PickleFloat(double.NaN),
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? new PickleFloat(value)
                : null,
        };
    }

    /// <summary>A quoted Python 2 string with backslash escapes.</summary>
    public static PickleValue? ParseString(ReadOnlySpan<byte> line)
    {
        if (line.Length < 2 || line[0] != line[^1] || line[0] is not ((byte)'\'' or (byte)'"'))
        {
            return null;
        }

        List<byte> bytes = [];
        ReadOnlySpan<byte> rest = line[1..^1];
        while (!rest.IsEmpty)
        {
            if (rest[0] != (byte)'\\')
            {
                bytes.Add(rest[0]);
                rest = rest[1..];
                continue;
            }

            if (Unescape(rest[1..], out int length) is not { } value)
            {
                return null;
            }

            bytes.Add(value);
            rest = rest[(1 + length)..];
        }

        return FromByteString(bytes.ToArray());
    }

    /// <summary>Latin-1 with <c>\uXXXX</c> and <c>\UXXXXXXXX</c>.</summary>
    public static PickleValue? ParseUnicode(ReadOnlySpan<byte> line)
    {
        StringBuilder text = new(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            int digits = line[i..] is [(byte)'\\', byte kind, ..]
                ? kind switch
                {
                    (byte)'u' => 4,
                    (byte)'U' => 8,
                    _ => 0,
                }
                : 0;
            if (digits == 0)
            {
                text.Append((char)line[i]);
                continue;
            }

            if (
                line.Length < i + 2 + digits
                || !uint.TryParse(line.Slice(i + 2, digits), NumberStyles.AllowHexSpecifier, null, out uint code)
                || code > 0x10ffff
            )
            {
                return null;
            }

            // A lone surrogate is a character of its own to Python.
            _ = code <= char.MaxValue ? text.Append((char)code) : text.Append(new Rune(code));
            i += 1 + digits;
        }

        return text.ToString();
    }

    /// <summary>A Python 2 <c>str</c> is text when it is UTF-8, as torch reads it, and bytes otherwise.</summary>
    public static PickleValue FromByteString(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new PickleBytes(bytes.ToArray());
        }
    }

    /// <summary>What stands for the escape sequence after a backslash, and its length.</summary>
    private static byte? Unescape(ReadOnlySpan<byte> sequence, out int length)
    {
        length = 1;
        switch (sequence)
        {
            case [(byte)'x', _, _, ..]:
                length = 3;
                return byte.TryParse(sequence[1..3], NumberStyles.AllowHexSpecifier, null, out byte value)
                    ? value
                    : null;
            case [>= (byte)'0' and <= (byte)'7', ..]:
                int octal = 0;
                for (
                    length = 0;
                    length < 3 && sequence.Length > length && sequence[length] is >= (byte)'0' and <= (byte)'7';
                    length++
                )
                {
                    octal = (octal * 8) + sequence[length] - '0';
                }

                return (byte)octal;
            case [(byte)'\\' or (byte)'\'' or (byte)'"', ..]:
                return sequence[0];
            case [(byte)'n', ..]:
                return (byte)'\n';
            case [(byte)'r', ..]:
                return (byte)'\r';
            case [(byte)'t', ..]:
                return (byte)'\t';
            case [(byte)'a', ..]:
                return (byte)'\a';
            case [(byte)'b', ..]:
                return (byte)'\b';
            case [(byte)'f', ..]:
                return (byte)'\f';
            case [(byte)'v', ..]:
                return (byte)'\v';
            default:
                return null;
        }
    }
}
