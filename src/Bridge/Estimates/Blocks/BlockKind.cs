namespace MegatronBridge.Estimates.Blocks;

/// <summary>What a layer is made of.</summary>
internal enum BlockKind
{
    /// <summary>Multi-head attention with query groups.</summary>
    Attention,

    /// <summary>Multi-latent attention, full or sparse.</summary>
    LatentAttention,

    /// <summary>The attention of DeepSeek V4.</summary>
    CompressedAttention,

    /// <summary>Gated delta net.</summary>
    DeltaNet,

    /// <summary>Kimi's delta attention.</summary>
    KimiDelta,

    /// <summary>A Mamba-2 mixer.</summary>
    Mamba,

    /// <summary>A dense MLP.</summary>
    Mlp,

    /// <summary>Experts that each token visits some of, and shared ones.</summary>
    Experts,

    /// <summary>A linear layer in the place of attention or MLP.</summary>
    Linear,

    /// <summary>What joins a multi-token prediction with the next token.</summary>
    Join,
}
