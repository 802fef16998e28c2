using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks;

/// <summary>What a member of a group asks for. All members must ask for the same.</summary>
internal readonly record struct CollectiveCall(
    string Name,
    int Length = 0, // bytes that every member has
    DType? DType = null,
    ReduceOperation? Operation = null,
    int? Root = null
)
{
    /// <summary>For example <c>all-reduce (Sum of BF16, 64 bytes)</c>.</summary>
    public override string ToString()
    {
        string reduction = Operation is null ? "" : $"{Operation} of {DType}, ";
        string root = Root is null ? "" : $" from place {Root}";
        return $"{Name} ({reduction}{Length} bytes{root})";
    }
}
