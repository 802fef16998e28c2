namespace MegatronBridge.Estimates;

/// <summary>Low-rank adapters beside frozen weights.</summary>
public sealed record LoraSettings
{
    /// <summary>Rank of the adapters; upstream's default is 32.</summary>
    public int Rank { get; init; } = 32;

    /// <summary>True when the experts of a layer on a rank share an adapter, as upstream has them unless told otherwise; FLOPs are the same.</summary>
    public bool SharesExpertAdapters { get; init; } = true;

    /// <summary>The linear layers that have one, by the last part of Megatron's names; upstream's default.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } =
    ["linear_qkv", "linear_proj", "linear_fc1", "linear_fc2"];
}
