namespace MegatronBridge.Storage.Checkpoints;

/// <summary>The formats of a checkpoint folder (docs/formats.md, iteration directories).</summary>
public enum CheckpointKind
{
    /// <summary>Megatron-Core's distributed checkpoint: <c>.metadata</c>, <c>*.distcp</c> and <c>metadata.json</c>.</summary>
    TorchDist,

    /// <summary>A checkpoint of <c>torch.distributed.checkpoint</c> that Megatron-Core has not written: no <c>metadata.json</c>.</summary>
    Dcp,

    /// <summary>Megatron-LM's older format: one <c>mp_rank_*/model_optim_rng.pt</c> for each model-parallel rank.</summary>
    LegacyTorch,

    /// <summary>A Hugging Face model: <c>config.json</c> and weights.</summary>
    HuggingFace,
}
