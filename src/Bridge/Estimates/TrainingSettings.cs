namespace MegatronBridge.Estimates;

/// <summary>What a rank trains on, and with what.</summary>
public sealed record TrainingSettings
{
    /// <summary>Tokens of a sequence.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Sequences that a rank works on at once.</summary>
    public int MicroBatchSize { get; init; } = 1;

    /// <summary>Sequences of a step, or null when there are more than enough to fill the pipeline.</summary>
    public int? GlobalBatchSize { get; init; }

    /// <summary>The optimizer.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Adapters beside weights that are frozen; null when all is trained.</summary>
    public LoraSettings? Lora { get; init; }

    /// <summary>True when attention keeps the scores of all pairs, as Megatron's unfused one does; flash attention does not.</summary>
    public bool HasUnfusedAttention { get; init; }
}
