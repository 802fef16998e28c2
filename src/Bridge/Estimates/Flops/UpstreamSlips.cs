namespace MegatronBridge.Estimates.Flops;

/// <summary>What Megatron-Bridge's own count gets wrong. Counting with them gives its figures.</summary>
[Flags]
internal enum UpstreamSlips
{
    /// <summary>None: what is computed is counted.</summary>
    None = 0,

    /// <summary>Mamba's inner width is taken to be twice the hidden size.</summary>
    MambaWidth = 1 << 0,

    /// <summary>The Mamba mixer beside the attention of Falcon-H1 is not counted.</summary>
    ParallelMixers = 1 << 1,

    /// <summary>Only <c>window_attn_skip_freq</c> tells which layers have a window.</summary>
    Windows = 1 << 2,

    /// <summary>All layers have the heads, groups and widths that the model's fields tell.</summary>
    OwnSizes = 1 << 3,

    /// <summary>Gates of heads, and those of Kimi K3's latent attention, are not counted.</summary>
    Gates = 1 << 4,

    /// <summary>A gated delta net's state is taken to be square.</summary>
    DeltaState = 1 << 5,

    /// <summary>Prediction layers have experts when the last layer of the decoder has.</summary>
    DensePrediction = 1 << 6,

    /// <summary>What joins a hybrid model's predictions with the next token is not counted.</summary>
    HybridJoin = 1 << 7,

    /// <summary>Embeddings that each layer has for itself are not counted.</summary>
    LayerEmbeddings = 1 << 8,

    /// <summary>A window counts in full, however short the sequence.</summary>
    ShortWindows = 1 << 9,

    /// <summary>A classifier is taken to be as large as a head for the vocabulary.</summary>
    Classifier = 1 << 10,

    /// <summary>All of them.</summary>
    All = (1 << 11) - 1,
}
