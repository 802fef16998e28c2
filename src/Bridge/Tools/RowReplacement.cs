namespace MegatronBridge.Tools;

/// <summary>What a row of an embedding that was never trained becomes.</summary>
public enum RowReplacement
{
    /// <summary>The row of the same token in the other matrix, scaled to the norm (root mean square) of the healthy rows.</summary>
    Other,

    /// <summary>The mean of the healthy rows.</summary>
    Mean,

    /// <summary>A random direction with the norm (root mean square) of the healthy rows, of a seed.</summary>
    Noise,
}
