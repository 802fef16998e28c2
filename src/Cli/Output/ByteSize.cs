using System.Globalization;

namespace MegatronBridge.Cli.Output;

/// <summary>Numbers of bytes as people write them: <c>256MB</c>, <c>1.5GiB</c>, <c>4096</c>.</summary>
internal static class ByteSize
{
    private static readonly (string Name, long Bytes)[] Units =
    [
        ("KiB", 1L << 10),
        ("MiB", 1L << 20),
        ("GiB", 1L << 30),
        ("TiB", 1L << 40),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("K", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("B", 1),
        ("", 1),
    ];

    /// <summary>The number of bytes that a text means, or null when it means none.</summary>
    public static long? Parse(string text)
    {
        string trimmed = text.Trim();
        (string name, long bytes) = Units.First(unit =>
            trimmed.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase)
        );
        string number = trimmed[..^name.Length].TrimEnd();
        bool isNumber = decimal.TryParse(
            number,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out decimal value
        );
        return isNumber && value <= long.MaxValue / bytes ? (long)(value * bytes) : null;
    }

    /// <summary>For example <c>2.47 GB</c>; decimal units.</summary>
    public static string Format(long bytes)
    {
        string[] names = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];
        int unit = 0;
        decimal value = bytes;
        while (Math.Round(value, 0) >= 1000 && unit < names.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        string digits =
            unit == 0 || value >= 100 ? "0"
            : value >= 10 ? "0.0"
            : "0.00";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {names[unit]}";
    }
}
