namespace MegatronBridge.Adapters;

/// <summary>Upstream's ways to adapt a model with low-rank matrices.</summary>
public enum AdapterMethod
{
    /// <summary>One pair of matrices beside each linear layer of Megatron, fused ones included.</summary>
    Lora,

    /// <summary>A pair for each projection of a fused layer: query, key and value, gate and up.</summary>
    CanonicalLora,

    /// <summary>As <see cref="Lora"/>, and a trained magnitude of each row of the adapted weight.</summary>
    Dora,
}
