using MegatronBridge.Config;
using MegatronBridge.Estimates.Memory;
using MegatronBridge.Layout;
using MegatronBridge.Model;

namespace MegatronBridge.Estimates;

/// <summary>
/// Tells what training needs on each rank: weights, gradients and optimizer state exactly, from the model table; activations by formula
/// (docs/memory.md). What CUDA, NCCL and the allocator need comes on top.
/// </summary>
public static class MemoryEstimator
{
    private const long MostExperts = 1 << 18; // of all layers together

    /// <summary>Estimates a run.</summary>
    /// <param name="provider">The model, completed for the layout: <see cref="ModelDescription.LaidOut"/>.</param>
    /// <param name="sizes">The layout; data parallelism grows to what experts need.</param>
    /// <param name="settings">What is trained on.</param>
    /// <exception cref="LayoutException">The model or the batch does not divide over the ranks.</exception>
    /// <exception cref="InvalidConfigException">Fields or settings contradict each other.</exception>
    public static MemoryEstimate Estimate(ModelProvider provider, ParallelSizes sizes, TrainingSettings settings)
    {
        provider = provider.Clone();
        provider.Complete(); // changes nothing where it was
        long experts = (long)provider.Count("num_layers") * (provider.NumMoeExperts ?? 1);
        if (experts > MostExperts)
        {
            throw new InvalidConfigException(
                $"{provider.NumLayers} layers of {provider.NumMoeExperts} experts (num_moe_experts) are more than any model has."
            );
        }

        try
        {
            return Estimate(provider, sizes, settings, ModelOutline.Of(provider));
        }
        catch (OverflowException e)
        {
            throw new InvalidConfigException(
                $"The sizes of the model and the batch are too large to be real: {e.Message}"
            );
        }
    }

    /// <summary>The same with what is known of the model.</summary>
    internal static MemoryEstimate Estimate(
        ModelProvider provider,
        ParallelSizes sizes,
        TrainingSettings settings,
        ModelOutline model
    )
    {
        sizes = sizes with { Dp = sizes.StageSize / (sizes.Tp * sizes.Cp) };
        settings.Optimizer.Validate();
        int? microbatches = Microbatches(sizes, settings, provider);
        if (settings.Lora is { } lora)
        {
            AdapterShares.Require(model.Parameters, lora, sizes);
        }

        StageActivations activations = new(provider, sizes, settings, model.Parameters);
        return new(
            sizes,
            model.Count,
            [
                .. Enumerable
                    .Range(0, sizes.Pp)
                    .Select(stage =>
                        OfStage(stage, provider, sizes, settings, model) with
                        {
                            InFlight = PipelineSchedule.InFlight(
                                sizes,
                                stage,
                                microbatches,
                                provider.MicrobatchGroupSizePerVpStage
                            ),
                        }
                    )
                    .Select(stage =>
                        stage with
                        {
                            Activations = Whole(
                                activations.Kept(stage.Stage).Zip(stage.InFlight, (bytes, times) => bytes * times).Sum()
                            ),
                            Transient = Whole(activations.Transient(stage.Stage)),
                        }
                    ),
            ]
        );
    }

    private static StageMemory OfStage(
        int stage,
        ModelProvider provider,
        ParallelSizes sizes,
        TrainingSettings settings,
        ModelOutline model
    )
    {
        StageTally tally = new(provider, sizes, settings.Optimizer);
        foreach (RankShare share in model.OfStage(stage).Select(alike => alike.On(sizes)))
        {
            tally.Keep(share);
            if (share.Parameter.IsBuffer)
            {
                continue;
            }

            tally.Count(share);
            if (settings.Lora is null)
            {
                tally.Train(share);
            }
        }

        IEnumerable<RankShare> adapters = settings.Lora is { } lora
            ? AdapterShares.Of(model.OfStage(stage), lora, provider, sizes)
            : [];
        foreach (RankShare share in adapters)
        {
            tally.Keep(share);
            tally.Train(share);
        }

        return tally.Of(stage);
    }

    private static int? Microbatches(ParallelSizes sizes, TrainingSettings settings, ModelProvider provider)
    {
        List<string> faults = [];
        if (settings.SequenceLength < 1 || settings.MicroBatchSize < 1 || settings.GlobalBatchSize < 1)
        {
            faults.Add("Sequence length and batch sizes must be 1 or more.");
        }

        if (sizes.Cp > 1 && settings.SequenceLength % (2 * sizes.Cp) != 0)
        {
            faults.Add(
                $"The sequence length ({settings.SequenceLength}) must be a multiple of 2 x CP ({2 * sizes.Cp})."
            );
        }

        if (provider.SequenceParallel && settings.SequenceLength % (sizes.Tp * sizes.Cp) != 0)
        {
            faults.Add(
                $"The sequence length ({settings.SequenceLength}) must be a multiple of TP x CP ({sizes.Tp * sizes.Cp}) with sequence parallelism."
            );
        }

        int together = settings.MicroBatchSize * sizes.Dp;
        if (settings.GlobalBatchSize % together is not (null or 0))
        {
            faults.Add(
                $"The global batch size ({settings.GlobalBatchSize}) must be a multiple of micro batch size x DP "
                    + $"({settings.MicroBatchSize} x {sizes.Dp})."
            );
        }

        LayoutException.ThrowIfAny(faults);
        int? microbatches = settings.GlobalBatchSize / together;
        if (sizes.Vp > 1 && microbatches is { } all)
        {
            RequireGroups(sizes, all, provider.MicrobatchGroupSizePerVpStage ?? sizes.Pp);
        }

        return microbatches;
    }

    // Megatron's rule: a virtual stage works on a group of microbatches in a row, and no group may leave a rank waiting.
    private static void RequireGroups(ParallelSizes sizes, int microbatches, int group)
    {
        int rest = microbatches % Math.Max(1, group);
        if (group < sizes.Pp || group > microbatches || (rest > 0 && rest < sizes.Pp))
        {
            throw new LayoutException(
                $"{microbatches} microbatches do not go round {sizes.Pp} pipeline ranks with virtual stages in groups of {group} "
                    + $"(microbatch_group_size_per_vp_stage): a group must have from {sizes.Pp} to {microbatches}, and the last may not have "
                    + $"fewer than {sizes.Pp}."
            );
        }
    }

    private static long Whole(decimal bytes) => (long)decimal.Ceiling(bytes);
}
