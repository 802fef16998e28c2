namespace MegatronBridge.Model;

/// <summary>
/// A block of rows of a parameter. With a <paramref name="Suffix"/> the checkpoint stores it under its own key
/// (<c>in_proj.weight.z</c>); without, all parts are one tensor there.
/// </summary>
public readonly record struct CutPart(long Rows, string? Suffix = null);
