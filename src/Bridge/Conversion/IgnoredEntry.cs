namespace MegatronBridge.Conversion;

/// <summary>A tensor that a conversion leaves out.</summary>
/// <param name="Name">Its name in the source.</param>
/// <param name="Reason">Why nothing is lost.</param>
/// <param name="EqualTo">The tensor that it must equal bit for bit, or null.</param>
public sealed record IgnoredEntry(string Name, string Reason, string? EqualTo);
