using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates.Memory;

/// <summary>Tokens of a microbatch on a rank, and how ranks share what is kept of them.</summary>
internal sealed record RankTokens
{
    /// <summary>Tokens of the rank: a sequence is shared by context parallel ranks.</summary>
    public required decimal Count { get; init; }

    /// <summary>Tokens that each of them looks at: the whole sequence.</summary>
    public required decimal Seen { get; init; }

    /// <summary>Tensor parallel ranks.</summary>
    public required int Tp { get; init; }

    /// <summary>Tensor parallel ranks inside an expert.</summary>
    public required int Etp { get; init; }

    /// <summary>True when tensor parallel ranks share the sequence between their matrices.</summary>
    public required bool IsSequenceParallel { get; init; }

    /// <summary>Bytes of an element.</summary>
    public required int ElementBytes { get; init; }

    /// <summary>True when attention keeps the scores of all pairs.</summary>
    public required bool HasUnfusedAttention { get; init; }

    /// <summary>Tokens of the residual stream.</summary>
    public decimal Residual => IsSequenceParallel ? Count / Tp : Count;

    /// <summary>Visits of tokens to experts of the rank: with balanced routers as many as if it kept its own tokens.</summary>
    public decimal Visits(ModelProvider provider) =>
        provider.MoeRouterTopk * (IsSequenceParallel ? Residual * Etp : Count);

    /// <summary>Those of a rank of a completed provider.</summary>
    public static RankTokens Of(ModelProvider provider, TrainingSettings settings) =>
        new()
        {
            Count = (decimal)settings.MicroBatchSize * settings.SequenceLength / provider.ContextParallelSize,
            Seen = settings.SequenceLength,
            Tp = provider.TensorModelParallelSize,
            Etp = provider.ExpertTensorParallelSize,
            IsSequenceParallel = provider.SequenceParallel,
            ElementBytes = provider.ParamsDtype.BitCount() / 8,
            HasUnfusedAttention = settings.HasUnfusedAttention,
        };
}
