using MegatronBridge.Config;

namespace MegatronBridge.Recipes.Rules;

/// <summary>How long sequences are, and which ranks share one.</summary>
internal static class SequenceRules
{
    public static IEnumerable<string> Faults(ConfigContainer config) =>
        config.Whole("model.seq_length") is { } length
            ? [.. Lengths(config, (long)length), .. Sharing(config)]
            : Sharing(config);

    private static IEnumerable<string> Lengths(ConfigContainer config, long length)
    {
        ModelProvider model = config.Model;
        if (DatasetRules.HasLength(config) && config.Whole("dataset.seq_length") is { } data && data != length)
        {
            yield return $"dataset.seq_length ({data}) must be model.seq_length ({length}).";
        }

        int cp = model.ContextParallelSize;
        if (cp > 1 && length % (2 * cp) != 0)
        {
            yield return $"model.seq_length ({length}) must be a multiple of 2 x model.context_parallel_size ({2 * cp}).";
        }

        if (model.SequenceParallel && length % (model.TensorModelParallelSize * cp) != 0)
        {
            yield return $"model.seq_length ({length}) must be a multiple of TP x CP ({model.TensorModelParallelSize * cp}), which "
                + "share it with model.sequence_parallel.";
        }
    }

    private static IEnumerable<string> Sharing(ConfigContainer config)
    {
        int cp = config.Model.ContextParallelSize;
        if (cp > 1 && DatasetRules.IsTuning(config))
        {
            // Ranks whose tokens are all masked would divide by zero.
            if (!config.Model.CalculatePerTokenLoss)
            {
                yield return $"Tuning with model.context_parallel_size {cp} needs model.calculate_per_token_loss=true.";
            }

            if (config.Is("ddp.average_in_collective"))
            {
                yield return $"Tuning with model.context_parallel_size {cp} needs ddp.average_in_collective=false.";
            }
        }

        ConfigValue sizes = config["model.hierarchical_context_parallel_sizes"];
        ConfigValue ways = config["model.cp_comm_type"];
        if (
            sizes.IsNull
            && (ways is ConfigValue.List list ? list.Items : [ways]).Any(way =>
                $"{way}".Contains("a2a+p2p", StringComparison.Ordinal)
            )
        )
        {
            yield return $"model.cp_comm_type {ways} needs model.hierarchical_context_parallel_sizes.";
        }

        if (sizes is ConfigValue.List { Items: var parts })
        {
            long product = parts.Aggregate(
                1L,
                (all, part) => part is ConfigValue.Integer { Value: var size } ? all * (long)size : 0
            );
            if (product != cp)
            {
                yield return $"model.hierarchical_context_parallel_sizes {sizes} must multiply to model.context_parallel_size ({cp}), not {product}.";
            }
        }

        if (cp > 1 && ways is ConfigValue.List { Items.Count: var layers } && layers != config.Model.NumLayers)
        {
            yield return $"model.cp_comm_type has {layers} entries for {config.Model.NumLayers} layers.";
        }
    }
}
