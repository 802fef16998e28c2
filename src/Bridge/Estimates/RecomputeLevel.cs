namespace MegatronBridge.Estimates;

/// <summary>How much of the forward pass is computed again in the backward pass.</summary>
public enum RecomputeLevel
{
    /// <summary>What the model's fields say; nothing where they say nothing.</summary>
    AsGiven,

    /// <summary>What costs little: norms, activation functions of experts, latent attention's projections up, unfused scores.</summary>
    Selective,

    /// <summary>Every layer.</summary>
    Full,
}
