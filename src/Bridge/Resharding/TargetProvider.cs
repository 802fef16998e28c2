using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Storage;

namespace MegatronBridge.Resharding;

/// <summary>The config of a checkpoint in another layout.</summary>
internal static class TargetProvider
{
    private const string Embedding = "embedding.word_embeddings.weight";
    private static readonly string[] OfVocabulary = ["should_pad_vocab", "make_vocab_size_divisible_by"];

    /// <summary>
    /// The recorded config with other sizes and fields, completed. A pipeline that was split in an uneven way is split evenly when it gets
    /// another number of stages; a vocabulary keeps its padding if that divides.
    /// </summary>
    /// <exception cref="InvalidConfigException">A field is unknown, or fields contradict each other.</exception>
    public static ModelProvider Of(ModelProvider recorded, CheckpointConversionOptions options, ITensorSource source)
    {
        ModelProvider target = recorded.Clone();
        ParallelSizes before = ParallelSizes.Of(recorded);
        if (!HasSameStages(before, options.Sizes))
        {
            SplitEvenly(target);
        }

        if (target.MicrobatchGroupSizePerVpStage == before.Pp)
        {
            target.MicrobatchGroupSizePerVpStage = null; // follows from the stages
        }

        options.Sizes.ApplyTo(target);
        target.ContextParallelSize = before.Cp;
        foreach ((string field, string text) in options.Settings)
        {
            target.SetFromText(field, text);
        }

        target.Complete();
        bool isGiven = options.Settings.Any(setting => OfVocabulary.Contains(setting.Key));
        if (!isGiven && Rows(source) is { } rows)
        {
            KeepRows(target, rows);
        }

        return target;
    }

    /// <summary>True when the same layers are on the same stages.</summary>
    public static bool HasSameStages(ParallelSizes before, ParallelSizes after) =>
        (before.Pp, before.Vp) == (after.Pp, after.Vp);

    /// <summary>True when the stages of the pipeline have different numbers of layers.</summary>
    public static bool IsUneven(ModelProvider provider) =>
        provider.NumLayersInFirstPipelineStage is not null
        || provider.NumLayersInLastPipelineStage is not null
        || provider.PipelineModelParallelLayout is not null
        || provider.AccountForEmbeddingInPipelineSplit
        || provider.AccountForLossInPipelineSplit
        || (
            provider.Has("hybrid_layer_pattern")
            && provider.HybridLayerPattern?.Contains('|', StringComparison.Ordinal) == true
        );

    private static void SplitEvenly(ModelProvider target)
    {
        target.NumLayersInFirstPipelineStage = null;
        target.NumLayersInLastPipelineStage = null;
        target.PipelineModelParallelLayout = null;
        target.AccountForEmbeddingInPipelineSplit = false;
        target.AccountForLossInPipelineSplit = false;
        if (target.Has("hybrid_layer_pattern"))
        {
            target.HybridLayerPattern = target.HybridLayerPattern?.Replace("|", "", StringComparison.Ordinal);
        }
    }

    private static long? Rows(ITensorSource source) =>
        source.Names.FirstOrDefault(name =>
            name == Embedding
            || (name.EndsWith("." + Embedding, StringComparison.Ordinal) && !Conversion.OptimizerKeys.Has(name))
        )
            is { } key
            ? source.Find(key)!.Shape[0]
            : null;

    /// <summary>Pads to the rows that the checkpoint has, or to the next number that divides.</summary>
    private static void KeepRows(ModelProvider target, long rows)
    {
        if (!target.Has("should_pad_vocab") || target.PaddedVocabSize == rows || rows < target.VocabSize)
        {
            return;
        }

        long tp = target.TensorModelParallelSize;
        if (rows % tp == 0)
        {
            target.ShouldPadVocab = true;
        }
        else if (target.ShouldPadVocab)
        {
            long multiple = target.MakeVocabSizeDivisibleBy * tp;
            rows = (rows + multiple - 1) / multiple * multiple;
        }
        else
        {
            return; // refused by its numbers when it is cut
        }

        target["make_vocab_size_divisible_by"] = rows / tp;
    }
}
