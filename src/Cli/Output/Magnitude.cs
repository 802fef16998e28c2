using System.Globalization;

namespace MegatronBridge.Cli.Output;

/// <summary>Large numbers of operations as people say them.</summary>
internal static class Magnitude
{
    private static readonly string[] Prefixes = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];

    /// <summary>For example <c>1.24 P</c>, before a unit, for 1 235 814 400 000 000.</summary>
    public static string Format(decimal number)
    {
        int prefix = 0;
        while (Math.Abs(number) >= 1000 && prefix < Prefixes.Length - 1)
        {
            number /= 1000;
            prefix++;
        }

        string digits = Math.Abs(number) switch
        {
            >= 100 => "0",
            >= 10 => "0.0",
            _ => "0.00",
        };
        return $"{number.ToString(prefix == 0 ? "0.##" : digits, CultureInfo.InvariantCulture)} {Prefixes[prefix]}";
    }

    /// <summary>The same number without zeros at the end, as a program wants it.</summary>
    public static decimal Exact(decimal number) => number / 1.0000000000000000000000000000m;
}
