using System.Numerics;
using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Recipes;

/// <summary>What must hold between the sections of a run; each fault tells its numbers.</summary>
internal static class RecipeRules
{
    /// <summary>All faults, the model's own included.</summary>
    public static IEnumerable<string> Faults(ConfigContainer config) =>
        [.. Sizes(config.Model), .. Batches(config), .. Sequences(config), .. Schedule(config), .. OfModel(config)];

    /// <summary>What upstream changes by itself when the run begins.</summary>
    public static IEnumerable<string> Warnings(ConfigContainer config)
    {
        BigInteger? decay = Whole(config, "scheduler.lr_decay_iters") ?? Whole(config, "train.train_iters");
        if (Whole(config, "scheduler.lr_warmup_iters") is { } warmup && warmup >= decay)
        {
            yield return $"scheduler.lr_warmup_iters ({warmup}) is not less than the iterations of the decay ({decay}); upstream ends the "
                + "warm-up with the decay.";
        }
    }

    /// <summary>Fewest GPUs of a layout: the larger of TP·CP and EP·ETP, times the stages.</summary>
    public static int LeastGpus(ModelProvider model) =>
        Math.Max(
            model.TensorModelParallelSize * model.ContextParallelSize,
            model.NumMoeExperts is null ? 1 : model.ExpertModelParallelSize * model.ExpertTensorParallelSize
        ) * model.PipelineModelParallelSize;

    private static IEnumerable<string> Sizes(ModelProvider model)
    {
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

    private static IEnumerable<string> Batches(ConfigContainer config)
    {
        ModelProvider model = config.Model;
        if (
            Whole(config, "train.global_batch_size") is not { } global
            || Whole(config, "train.micro_batch_size") is not { } micro
        )
        {
            yield return "train.global_batch_size and train.micro_batch_size must be whole numbers.";
            yield break;
        }

        int perCopy = model.TensorModelParallelSize * model.ContextParallelSize * model.PipelineModelParallelSize;
        int copies = Math.Max(1, LeastGpus(model) / Math.Max(1, perCopy));
        if (micro < 1 || global < 1 || global % (micro * copies) != 0)
        {
            yield return $"train.global_batch_size ({global}) must be a multiple of train.micro_batch_size ({micro}) times the "
                + $"data-parallel copies ({copies} on {LeastGpus(model)} GPUs).";
        }

        if (config["dataset.enable_offline_packing"] == true && micro > 1)
        {
            yield return $"train.micro_batch_size ({micro}) must be 1 where sequences are packed (dataset.enable_offline_packing).";
        }

        if (config["dataset.enable_in_batch_packing"] == true && micro == 1)
        {
            yield return "train.micro_batch_size (1) must be more where the sequences of a microbatch are packed "
                + "(dataset.enable_in_batch_packing).";
        }
    }

    private static IEnumerable<string> Sequences(ConfigContainer config)
    {
        ModelProvider model = config.Model;
        if (Whole(config, "model.seq_length") is not { } length)
        {
            yield break;
        }

        if (Whole(config, "dataset.seq_length") is { } data && data != length)
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

    private static IEnumerable<string> Schedule(ConfigContainer config)
    {
        if (Whole(config, "train.train_iters") is null && Whole(config, "train.train_samples") is null)
        {
            yield return "train.train_iters or train.train_samples must be set.";
        }

        if (Number(config["optimizer.lr"]) is { } lr && Number(config["optimizer.min_lr"]) is { } least && least > lr)
        {
            yield return $"optimizer.min_lr ({config["optimizer.min_lr"]}) must not be more than optimizer.lr ({config["optimizer.lr"]}).";
        }
    }

    // What the model's class and Megatron-Core say, on a copy: the file has what was said, not what follows.
    private static IReadOnlyList<string> OfModel(ConfigContainer config)
    {
        try
        {
            return [.. AdapterTargets.Faults(config["peft"], Completed(config))];
        }
        catch (InvalidConfigException e)
        {
            return e.Faults;
        }
        catch (LayoutException e)
        {
            return [e.Message];
        }
    }

    /// <summary>A copy of the model as the run makes it.</summary>
    /// <exception cref="InvalidConfigException">Fields contradict each other.</exception>
    internal static ModelProvider Completed(ConfigContainer config)
    {
        ModelProvider complete = config.Model.Clone();
        TakePrecision(complete, config["mixed_precision"]);
        if (complete.Has("vocab_size") && complete["vocab_size"].IsNull)
        {
            complete.VocabSize = complete.TensorModelParallelSize * complete.MakeVocabSizeDivisibleBy; // the tokenizer tells it
        }

        if (complete.VocabSize % complete.TensorModelParallelSize != 0)
        {
            complete.ShouldPadVocab = true; // upstream pads it when it makes the model
        }

        complete.Complete();
        return complete;
    }

    // As upstream does before it makes the model: what the precision says, be it by a name, counts for the model's fields of that name.
    internal static void TakePrecision(ModelProvider model, ConfigValue precision)
    {
        if (precision is ConfigValue.Text { Value: var name })
        {
            bool isFp8 = name.Contains("fp8", StringComparison.Ordinal);
            model["fp8"] = isFp8 ? "hybrid" : model["fp8"];
            model["fp8_recipe"] =
                !isFp8 ? model["fp8_recipe"]
                : name.Contains("current_scaling", StringComparison.Ordinal) ? "tensorwise"
                : name.Contains("subchannel", StringComparison.Ordinal) ? "blockwise"
                : name.Contains("mxfp8", StringComparison.Ordinal) ? "mxfp8"
                : "delayed";
            model["fp4"] = name.Contains("fp4", StringComparison.Ordinal) ? "e2m1" : model["fp4"];
        }
        else if (precision is ConfigValue.Map map)
        {
            foreach ((ConfigValue field, ConfigValue value) in map.Entries)
            {
                if (!value.IsNull && model.Has($"{field}"))
                {
                    model[$"{field}"] = value;
                }
            }
        }
    }

    private static BigInteger? Whole(ConfigContainer config, string path) =>
        (config[path] as ConfigValue.Integer)?.Value;

    private static double? Number(ConfigValue value) =>
        value switch
        {
            ConfigValue.Number { Value: var number } => number,
            ConfigValue.Integer { Value: var whole } => (double)whole,
            _ => null,
        };
}
