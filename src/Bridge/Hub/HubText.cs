namespace MegatronBridge.Hub;

/// <summary>Texts of servers in messages: one line, not endless.</summary>
internal static class HubText
{
    private const int Longest = 300;

    public static string Of(string text)
    {
        string line = string.Concat(text.Take(Longest).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length > Longest ? $"{line}..." : line;
    }
}
