using MegatronBridge.Conversion;
using MegatronBridge.Storage.Statistics;

namespace MegatronBridge.Tools;

/// <summary>What a cast of a model has done, or would do.</summary>
public sealed record CastReport
{
    /// <summary>What was written, and which tensors changed their type.</summary>
    public required ConversionReport Conversion { get; init; }

    /// <summary>Tensors of other types that stay as they are.</summary>
    public required IReadOnlyList<KeptTensor> Kept { get; init; }

    /// <summary>All numbers that a cast to a smaller type could harm; null before they were read.</summary>
    public CastCount? Count { get; init; }

    /// <summary>Tensors with numbers that become infinite, and how many.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Overflows { get; init; } = [];
}
