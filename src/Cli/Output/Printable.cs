namespace MegatronBridge.Cli.Output;

/// <summary>Makes text harmless that comes out of files: control characters could command the terminal.</summary>
internal static class Printable
{
    /// <summary>The text with each control character replaced, line ends too.</summary>
    public static string Line(string text) => Clean(text, char.IsControl);

    /// <summary>The text with each control character replaced, but for line ends.</summary>
    public static string Lines(string text) => Clean(text, character => char.IsControl(character) && character != '\n');

    private static string Clean(string text, Func<char, bool> isBad) =>
        text.Any(isBad) ? string.Concat(text.Select(character => isBad(character) ? '\uFFFD' : character)) : text;
}
