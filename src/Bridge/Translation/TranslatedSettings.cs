namespace MegatronBridge.Translation;

/// <summary>Settings in the other spelling.</summary>
/// <param name="Settings">Fields with their values, or arguments with theirs, which are empty for flags; in the order of the table.</param>
/// <param name="LeftOut">What has no place there, or needs none, and why.</param>
/// <param name="Notes">What else a reader should know.</param>
public sealed record TranslatedSettings(
    IReadOnlyList<KeyValuePair<string, string>> Settings,
    IReadOnlyList<KeyValuePair<string, string>> LeftOut,
    IReadOnlyList<string> Notes
);
