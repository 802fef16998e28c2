using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace MegatronBridge.Config.Yaml;

/// <summary>What a scalar without quotes means: the rules of YAML 1.1 as PyYAML has them.</summary>
internal static partial class YamlResolver
{
    // Longer whole numbers are of no use in a config, and slow to read.
    private const int MaxDigits = 320;

    /// <summary>The value of a scalar without quotes. Dates stay texts.</summary>
    public static ConfigValue Resolve(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            return ConfigValue.Null;
        }

        if (TrueWord().IsMatch(text))
        {
            return true;
        }

        if (FalseWord().IsMatch(text))
        {
            return false;
        }

        if (!char.IsAsciiDigit(text[0]) && !"-+.".Contains(text[0], StringComparison.Ordinal))
        {
            return text;
        }

        return IntegerForm().IsMatch(text) && text.Length <= MaxDigits ? new ConfigValue.Integer(ParseInteger(text))
            : FloatForm().IsMatch(text) ? ParseFloat(text)
            : text;
    }

    /// <summary>True when a text without quotes would be read as something else than this text.</summary>
    public static bool NeedsQuotes(string text) =>
        Resolve(text) is not ConfigValue.Text
        || text is "=" or "<<" or "!" or "&" or "*"
        || IntegerForm().IsMatch(text)
        || TimestampForm().IsMatch(text);

    private static BigInteger ParseInteger(string text)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        int sign = digits[0] == '-' ? -1 : 1;
        digits = digits.TrimStart('-', '+');
        BigInteger value = digits switch
        {
            "0" => BigInteger.Zero,
            ['0', 'b', .. var bits] => Parse(bits, 2),
            ['0', 'x', .. var hex] => Parse(hex, 16),
            ['0', .. var octal] => Parse(octal, 8),
            _ => digits.Split(':').Aggregate(BigInteger.Zero, (sum, part) => (sum * 60) + BigInteger.Parse(part)),
        };
        return sign * value;
    }

    private static BigInteger Parse(string digits, int radix) =>
        digits.Aggregate(BigInteger.Zero, (sum, digit) => (sum * radix) + Convert.ToInt32(digit.ToString(), 16));

    private static double ParseFloat(string text)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        int sign = digits[0] == '-' ? -1 : 1;
        digits = digits.TrimStart('-', '+');
        return digits switch
        {
            ".inf" => sign * double.PositiveInfinity,
            ".nan" => double.NaN,
            _ => sign
                * digits
                    .Split(':')
                    .Aggregate(
                        0.0,
                        (sum, part) => (sum * 60) + double.Parse(part, NumberStyles.Float, CultureInfo.InvariantCulture)
                    ),
        };
    }

    [GeneratedRegex(@"^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)\z", RegexOptions.NonBacktracking)]
    private static partial Regex TrueWord();

    [GeneratedRegex(@"^(?:no|No|NO|false|False|FALSE|off|Off|OFF)\z", RegexOptions.NonBacktracking)]
    private static partial Regex FalseWord();

    [GeneratedRegex(
        @"^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex IntegerForm();

    [GeneratedRegex(
        @"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex FloatForm();

    [GeneratedRegex(
        @"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex TimestampForm();
}
