namespace MegatronBridge.Config;

/// <summary>The order of texts in Python: by code point, where ordinal comparison of UTF-16 puts U+E000 behind U+10000.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    /// <summary>The one instance.</summary>
    public static CodePointOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        (string a, string b) = (x ?? "", y ?? "");
        int same = a.AsSpan().CommonPrefixLength(b);
        if (same == a.Length || same == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        (char left, char right) = (a[same], b[same]);
        return char.IsSurrogate(left) == char.IsSurrogate(right) ? left.CompareTo(right)
            : char.IsSurrogate(left) ? 1
            : -1;
    }
}
