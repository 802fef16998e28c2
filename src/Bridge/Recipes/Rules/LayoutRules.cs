using MegatronBridge.Config;

namespace MegatronBridge.Recipes.Rules;

/// <summary>What the sizes of the groups of GPUs must be to each other.</summary>
internal static class LayoutRules
{
    /// <summary>Fewest GPUs of a layout: the larger of TP·CP and EP·ETP, times the stages.</summary>
    public static int LeastGpus(ModelProvider model) =>
        Math.Max(
            model.TensorModelParallelSize * model.ContextParallelSize,
            model.NumMoeExperts is null ? 1 : model.ExpertModelParallelSize * model.ExpertTensorParallelSize
        ) * model.PipelineModelParallelSize;

    /// <summary>How many copies of the model those GPUs hold, each with its own sequences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cp">How many ranks share a sequence.</param>
    public static int Copies(ModelProvider model, int cp) =>
        Math.Max(
            1,
            LeastGpus(model) / Math.Max(1, model.TensorModelParallelSize * cp * model.PipelineModelParallelSize)
        );

    public static IEnumerable<string> Faults(ConfigContainer config)
    {
        ModelProvider model = config.Model;
        (int tp, int ep) = (model.TensorModelParallelSize, model.ExpertModelParallelSize);
        if (
            !model.MultiLatentAttention
            && tp > model.NumQueryGroups
            && !(IsMostlyWithoutAttention(model) && tp % model.NumQueryGroups == 0)
        )
        {
            yield return $"model.tensor_model_parallel_size ({tp}) must not be more than the heads of keys and values, "
                + $"model.num_query_groups ({model.NumQueryGroups}).";
        }

        if (tp > 1 && ep > 1 && !model.SequenceParallel)
        {
            yield return $"model.expert_model_parallel_size ({ep}) with model.tensor_model_parallel_size ({tp}) needs "
                + "model.sequence_parallel=true.";
        }

        int dense = tp * model.ContextParallelSize;
        int experts = ep * model.ExpertTensorParallelSize;
        if (model.NumMoeExperts is not null && dense % experts != 0 && experts % dense != 0)
        {
            yield return $"TP x CP ({dense}) and EP x ETP ({experts}) must divide one another, or no {LeastGpus(model)} GPUs hold both.";
        }
    }

    // Where few layers have heads, ranks may be more than heads of keys and values: Megatron-Core gives several the same head.
    private static bool IsMostlyWithoutAttention(ModelProvider model) =>
        model.Has("hybrid_layer_pattern")
        || (model.Has("linear_attention_freq") && !model["linear_attention_freq"].IsNull);
}
