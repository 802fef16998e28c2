namespace MegatronBridge.Storage.Comparison;

/// <summary>In what two checkpoints differ about a tensor.</summary>
public enum DifferenceKind
{
    /// <summary>Only the right one has it.</summary>
    MissingLeft,

    /// <summary>Only the left one has it.</summary>
    MissingRight,

    /// <summary>The shapes differ.</summary>
    Shape,

    /// <summary>The types of the elements differ; the values may agree.</summary>
    DType,

    /// <summary>Some elements differ.</summary>
    Values,
}
