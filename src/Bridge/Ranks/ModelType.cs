namespace MegatronBridge.Ranks;

/// <summary>What Megatron-Core's schedules take a model for. There is one kind left.</summary>
public enum ModelType
{
    /// <summary>A stack of layers, whether encoder or decoder.</summary>
    EncoderOrDecoder = 1,
}
