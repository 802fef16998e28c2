using MegatronBridge.Adapters;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Comparison;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Inspection;

/// <summary>
/// Compares two checkpoints of any kind. Where one is of Megatron and the other is not, or both are but store their layers
/// differently, they are compared as the Hugging Face tensors that they stand for.
/// </summary>
public static class CheckpointComparison
{
    /// <summary>Compares all tensors.</summary>
    /// <exception cref="BadFileException">A file ends early or cannot be read.</exception>
    /// <exception cref="UnsupportedModelException">The two can only be compared through a mapping, and there is none.</exception>
    /// <exception cref="MappingException">A Megatron checkpoint does not fit its own config.</exception>
    public static async Task<CheckpointDifference> RunAsync(
        Checkpoint left,
        Checkpoint right,
        TransferOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        bool asHf = NeedsMapping(left, right);
        foreach (MegatronCheckpoint? megatron in (MegatronCheckpoint?[])[left.Megatron, right.Megatron])
        {
            await (
                megatron?.CheckCopiesAsync(options ?? TransferOptions.Default, cancellation) ?? Task.CompletedTask
            ).ConfigureAwait(false);
        }

        ITensorSource leftSource = asHf ? Adapted(left, AsHf(left, right)) : left.Dequantized;
        ITensorSource rightSource = asHf ? Adapted(right, AsHf(right, left)) : right.Dequantized;
        ComparisonResult result = await SourceComparison
            .RunAsync(leftSource, rightSource, options, progress, cancellation)
            .ConfigureAwait(false);
        return new(asHf, result);
    }

    private static bool NeedsMapping(Checkpoint left, Checkpoint right) =>
        (left, right) switch
        {
            ({ Adapter: not null }, _) or (_, { Adapter: not null }) => true,
            ({ Megatron: not null }, { Megatron: not null }) => !HasSameTensors(left, right)
                && left.Model?.Obstacle is null
                && right.Model?.Obstacle is null,
            ({ Megatron: not null }, HfCheckpoint or SafetensorsCheckpoint) => true,
            (HfCheckpoint or SafetensorsCheckpoint, { Megatron: not null }) => true,
            _ => false,
        };

    private static bool HasSameTensors(Checkpoint left, Checkpoint right) =>
        left.Tensors.Count == right.Tensors.Count
        && left.Tensors.All(tensor => right.Find(tensor.Name)?.Shape == tensor.View.Shape);

    private static ITensorSource Adapted(Checkpoint checkpoint, ITensorSource tensors) =>
        checkpoint is { Adapter: { } adapter, Model: { Family: { } family, Provider: { } provider } }
            ? new MergedTensors(adapter, tensors, family, provider)
            : tensors;

    private static ITensorSource AsHf(Checkpoint checkpoint, Checkpoint other)
    {
        if (checkpoint is not { Megatron: { } megatron, Model: { } own })
        {
            return checkpoint.Dequantized;
        }

        // What the other one is said to be helps where the checkpoint does not say it.
        ModelIdentity model = own.Family is null && other.Model?.Family is not null ? other.Model : own;
        if (model.Family is null || model.Provider is null)
        {
            throw new UnsupportedModelException($"{checkpoint.Path}: {own.Obstacle}");
        }

        return ExportPlan.Create(
            megatron,
            model.Family,
            own.Provider ?? model.Provider,
            other.Megatron is not null ? null : other.Dequantized,
            mustMatch: false
        );
    }
}
