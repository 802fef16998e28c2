using MegatronBridge.Config;
using MegatronBridge.Estimates.Flops;

namespace MegatronBridge.Estimates;

/// <summary>
/// Counts the floating-point operations of a model from its config alone, with the conventions of Megatron-Bridge: products of matrices, a
/// multiplication and an addition each; a backward pass takes twice a forward pass; causal attention looks at half of all pairs.
/// </summary>
public static class FlopsCalculator
{
    private const int MostLayers = 4096;
    private static readonly string[] Variants = ["gdn", "gated_delta_net", "gdn2", "dsa", "dsv4_hybrid"];

    private static readonly (UpstreamSlips Slip, string Reason)[] Reasons =
    [
        (UpstreamSlips.ParallelMixers, "The Mamba mixers beside the attention count."),
        (UpstreamSlips.MambaWidth, "Mamba's inner width is heads × channels, not twice the hidden size."),
        (UpstreamSlips.Windows, "Only the layers that have a window are counted with one."),
        (UpstreamSlips.OwnSizes, "Layers with heads, groups or widths of their own are counted with these."),
        (UpstreamSlips.Gates, "Gates for each head, or behind latent attention, count."),
        (
            UpstreamSlips.DeltaState,
            "The state of a gated delta net is key size × value size, not the square of the latter."
        ),
        (UpstreamSlips.DensePrediction, "The layers for multi-token prediction have no experts."),
        (UpstreamSlips.HybridJoin, "What joins a prediction with the next token counts in hybrid models too."),
        (UpstreamSlips.LayerEmbeddings, "The embeddings that each layer takes for itself count."),
        (UpstreamSlips.ShortWindows, "A window is not larger than what stands before a token."),
        (UpstreamSlips.Classifier, "The model scores labels; it has no head for the vocabulary."),
    ];

    /// <summary>Counts a batch of <paramref name="batchSize"/> sequences of <paramref name="sequenceLength"/> tokens.</summary>
    /// <exception cref="InvalidConfigException">The config lacks what a block needs, or a field is not as it must be.</exception>
    /// <exception cref="UnsupportedModelException">The model is no language model, or has layers of an unknown kind.</exception>
    public static FlopsCount TransformerFlops(
        ModelProvider config,
        int batchSize,
        int sequenceLength,
        FlopsOptions? options = null
    ) => TransformerFlops(config, SequenceBatch.Uniform(batchSize, sequenceLength), options);

    /// <summary>Counts a batch of sequences that may be packed.</summary>
    /// <exception cref="InvalidConfigException">The config lacks what a block needs, or a field is not as it must be.</exception>
    /// <exception cref="UnsupportedModelException">The model is no language model, or has layers of an unknown kind.</exception>
    public static FlopsCount TransformerFlops(ModelProvider config, SequenceBatch batch, FlopsOptions? options = null)
    {
        options ??= FlopsOptions.Default;
        config = Checked(config);
        try
        {
            IReadOnlyList<BlockFlops> blocks = Count(config, batch, options, UpstreamSlips.None);
            bool isComparable = batch.IsUniform && options.Lora is null && options.Images.Count == 0;
            return new(blocks, batch.Tokens, isComparable ? [.. Differences(config, batch)] : null);
        }
        catch (OverflowException)
        {
            throw new InvalidConfigException(
                $"{batch} and a model of num_layers {config.NumLayers}, hidden_size {config.HiddenSize}, ffn_hidden_size "
                    + $"{config.FfnHiddenSize}, kv_channels {config.KvChannels} and vocab_size {config.VocabSize} take more operations than "
                    + "28 digits can tell; one of the sizes must be wrong."
            );
        }
    }

    private static IReadOnlyList<BlockFlops> Count(
        ModelProvider config,
        SequenceBatch batch,
        FlopsOptions options,
        UpstreamSlips slips
    )
    {
        FlopsLedger ledger = new(batch, options.Lora, slips);
        VisionFlops.AddTo(ledger, config, options.Images, isFrozen: options.Lora is not null);
        LanguageModelFlops.AddTo(ledger, config, slips);
        ledger.RequireAdapters();
        return ledger.Blocks;
    }

    private static IEnumerable<FlopsDifference> Differences(ModelProvider config, SequenceBatch batch)
    {
        UpstreamSlips slips = UpstreamSlips.None;
        decimal before = Training(slips);
        if (before == Training(UpstreamSlips.All))
        {
            yield break;
        }

        foreach ((UpstreamSlips slip, string reason) in Reasons)
        {
            slips |= slip;
            decimal after = Training(slips);
            if (after != before)
            {
                yield return new(reason, before - after);
            }

            before = after;
        }

        decimal Training(UpstreamSlips all) =>
            Count(config, batch, FlopsOptions.Default, all).Sum(block => block.Training);
    }

    /// <summary>The config, with what a hybrid model's pattern says, if nothing is wrong with it.</summary>
    private static ModelProvider Checked(ModelProvider config)
    {
        if (!config.Has("vocab_size"))
        {
            throw new UnsupportedModelException(
                $"FLOPs are counted for models that have a language model; {config.Schema.Name} has none."
            );
        }

        if (config.Has("hybrid_layer_pattern"))
        {
            config = config.Clone();
            config.CompletePattern();
        }

        ProviderRules.Check(config);
        if (config.NumLayers > MostLayers)
        {
            throw new InvalidConfigException($"num_layers is {config.NumLayers}; no model has more than {MostLayers}.");
        }

        string? variant = config.ExperimentalAttentionVariant;
        return variant is null || Variants.Contains(variant)
            ? config
            : throw new InvalidConfigException(
                $"experimental_attention_variant is {variant}; {string.Join(", ", Variants)} are counted."
            );
    }
}
