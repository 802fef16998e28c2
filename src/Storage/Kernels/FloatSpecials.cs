namespace MegatronBridge.Storage.Kernels;

/// <summary>Which codes of a small floating-point type are no numbers.</summary>
internal enum FloatSpecials
{
    /// <summary>None.</summary>
    None,

    /// <summary>The largest exponent is for infinity and NaN.</summary>
    Ieee,

    /// <summary>Only the code with all bits set is NaN.</summary>
    LastIsNan,

    /// <summary>What would be negative zero is NaN.</summary>
    NegativeZeroIsNan,
}
