using MegatronBridge.Model;

namespace MegatronBridge.Conversion;

/// <summary>An object that one rank writes.</summary>
public sealed record PlannedObject(ModelObject Object) : ShardItem
{
    /// <inheritdoc/>
    public override ModelEntry Entry => Object;
}
