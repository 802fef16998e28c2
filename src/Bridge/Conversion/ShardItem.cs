using MegatronBridge.Model;

namespace MegatronBridge.Conversion;

/// <summary>Something that one rank writes.</summary>
public abstract record ShardItem
{
    /// <summary>The parameter or object that it belongs to.</summary>
    public abstract ModelEntry Entry { get; }
}
