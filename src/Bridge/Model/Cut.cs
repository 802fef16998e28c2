namespace MegatronBridge.Model;

/// <summary>How tensor parallelism cuts a parameter: not at all, or along one dimension, whole or in parts.</summary>
public sealed record Cut
{
    /// <summary>Every rank has all of it.</summary>
    public static Cut Replicated { get; } = new();

    /// <summary>Ranks have blocks of rows (dimension 0).</summary>
    public static Cut Rows { get; } = new() { Axis = 0 };

    /// <summary>Ranks have blocks of columns (dimension 1).</summary>
    public static Cut Columns { get; } = new() { Axis = 1 };

    /// <summary>The dimension that is cut, or null.</summary>
    public int? Axis { get; private init; }

    /// <summary>
    /// Blocks of rows that are cut each on their own, and stored each on its own: the gate and the up half of a gated
    /// layer, the components of a state-space projection. Empty for a parameter that is cut whole.
    /// </summary>
    public IReadOnlyList<CutPart> Parts { get; private init; } = [];

    /// <summary>
    /// Into how many pieces it can be cut; with more ranks, neighbours have the same piece. Null when every rank must have its
    /// own.
    /// </summary>
    public int? MostPieces { get; init; }

    /// <summary>Rows in parts: rank r has the r-th block of each.</summary>
    public static Cut RowParts(params IReadOnlyList<CutPart> parts) => new() { Axis = 0, Parts = parts };

    /// <summary>True when the other cuts alike; parts are compared one by one.</summary>
    public bool Equals(Cut? other) =>
        other is not null && Axis == other.Axis && MostPieces == other.MostPieces && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Axis, MostPieces, Parts.Count);
}
