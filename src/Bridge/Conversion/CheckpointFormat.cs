namespace MegatronBridge.Conversion;

/// <summary>The formats in which a Megatron checkpoint can be written.</summary>
public enum CheckpointFormat
{
    /// <summary>Megatron-Core's distributed checkpoint, which any layout can read.</summary>
    TorchDist,

    /// <summary>Megatron-LM's older format, a file for each model-parallel rank, which only the same layout can read.</summary>
    Torch,
}
