namespace MegatronBridge.Recipes.Rules;

/// <summary>What data and the packing of its sequences ask of the run.</summary>
internal static class DatasetRules
{
    /// <summary>Upstream's class of texts to tune on.</summary>
    public const string Text = "GPTSFTDatasetConfig";

    /// <summary>Upstream's class of data prepared in a folder.</summary>
    public const string Stored = "EnergonDatasetConfig";

    private const string Pretraining = "GPTDatasetConfig";

    // Sequences are made while training, each as long as needed.
    private static readonly string[] Collated = ["DirectHFSFTDatasetConfig", Stored, "MockVLMSFTDatasetConfig"];

    /// <summary>True where the class has examples to tune on.</summary>
    public static bool IsTuning(ConfigContainer config) =>
        config.ClassOf("dataset") is { } name && (name == Text || Collated.Contains(name));

    /// <summary>True where the class's length must be the model's.</summary>
    public static bool HasLength(ConfigContainer config) =>
        IsTuning(config) || config.ClassOf("dataset") == Pretraining;

    public static IEnumerable<string> Faults(ConfigContainer config) =>
        [.. Packing(config), .. Padding(config), .. OfStored(config)];

    private static IEnumerable<string> Packing(ConfigContainer config)
    {
        bool offline = config.Is("dataset.enable_offline_packing");
        bool inBatch = config.Is("dataset.enable_in_batch_packing");
        bool hasSpecs = !config["dataset.offline_packing_specs"].IsNull;
        if (offline && inBatch)
        {
            yield return "dataset.enable_offline_packing and dataset.enable_in_batch_packing cannot both be true.";
        }

        if (offline != hasSpecs)
        {
            yield return offline
                ? "dataset.enable_offline_packing needs dataset.offline_packing_specs."
                : "dataset.offline_packing_specs needs dataset.enable_offline_packing=true, or must be null.";
        }

        if (config.Whole("train.micro_batch_size") is { } micro)
        {
            if (offline && micro > 1)
            {
                yield return $"train.micro_batch_size ({micro}) must be 1 where sequences are packed (dataset.enable_offline_packing).";
            }

            if (inBatch && micro == 1)
            {
                yield return "train.micro_batch_size (1) must be at least 2 where the sequences of a microbatch are packed "
                    + "(dataset.enable_in_batch_packing).";
            }
        }

        if (hasSpecs && config.Whole("dataset.offline_packing_specs.packed_sequence_size") is { } size && size < 1)
        {
            yield return $"dataset.offline_packing_specs.packed_sequence_size ({size}) must be positive.";
        }

        if (
            config.Is("dataset.offline_packing_specs.pad_cu_seqlens")
            && !config.Is("dataset.pad_to_max_length")
            && !config.Is("dataset.dataset_kwargs.pad_to_max_length")
        )
        {
            yield return "dataset.offline_packing_specs.pad_cu_seqlens needs dataset.pad_to_max_length=true.";
        }
    }

    private static IEnumerable<string> Padding(ConfigContainer config)
    {
        if (
            config.ClassOf("dataset") is not { } name
            || !Collated.Contains(name)
            || config.Whole("dataset.seq_length") is not { } length
        )
        {
            yield break;
        }

        long multiple = Multiple(config, config.Model.ContextParallelSize);
        if (config.Whole("dist.eval_context_parallel_size") is { } evalCp && evalCp > 0 && evalCp < 1 << 16)
        {
            multiple = LeastCommonMultiple(multiple, Multiple(config, (int)evalCp));
        }

        if (length < 1 || length % multiple != 0)
        {
            yield return $"dataset.seq_length ({length}) must be a multiple of {multiple}, which CP and sequence parallelism pad to.";
        }
    }

    private static long Multiple(ConfigContainer config, int cp) =>
        LeastCommonMultiple(
            cp > 1 ? 2 * cp : 1,
            config.Model.SequenceParallel && config.Model.TensorModelParallelSize > 1
                ? cp * config.Model.TensorModelParallelSize
                : 1
        );

    private static IEnumerable<string> OfStored(ConfigContainer config)
    {
        if (config.ClassOf("dataset") != Stored)
        {
            yield break;
        }

        if (config["dataset.micro_batch_size"] != config["train.micro_batch_size"])
        {
            yield return $"dataset.micro_batch_size ({config["dataset.micro_batch_size"]}) must be train.micro_batch_size "
                + $"({config["train.micro_batch_size"]}).";
        }

        if (
            config.Is("dataset.do_validation")
            && config.Says("validation.eval_micro_batch_size")
            && config["validation.eval_micro_batch_size"] != config["dataset.micro_batch_size"]
        )
        {
            yield return $"validation.eval_micro_batch_size ({config["validation.eval_micro_batch_size"]}) must be "
                + $"dataset.micro_batch_size ({config["dataset.micro_batch_size"]}).";
        }

        if (config.Is("dataset.do_test"))
        {
            yield return "dataset.do_test must be false: the class has no split for tests.";
        }

        if (config["dataset.packing_buffer_size"].IsNull)
        {
            yield break;
        }

        foreach ((string path, bool isWrong, string needed) in NativePacking(config))
        {
            if (isWrong)
            {
                yield return $"dataset.packing_buffer_size ({config["dataset.packing_buffer_size"]}) needs {path}={needed}, found {config[path]}.";
            }
        }
    }

    private static (string Path, bool IsWrong, string Needed)[] NativePacking(ConfigContainer config) =>
        [
            ("train.micro_batch_size", config["train.micro_batch_size"] != 1L, "1"),
            ("dataset.enable_in_batch_packing", config.Is("dataset.enable_in_batch_packing"), "false"),
            ("dataset.defer_in_batch_packing_to_step", config.Is("dataset.defer_in_batch_packing_to_step"), "false"),
            ("model.calculate_per_token_loss", !config.Model.CalculatePerTokenLoss, "true"),
            ("ddp.average_in_collective", config.Is("ddp.average_in_collective"), "false"),
            ("model.mtp_num_layers", config.Whole("model.mtp_num_layers") > 0, "null"),
            ("model.cuda_graph_impl", config["model.cuda_graph_impl"] != "none", "none"),
            ("model.pipeline_model_parallel_size", config.Model.PipelineModelParallelSize > 1, "1"),
        ];

    private static long LeastCommonMultiple(long a, long b)
    {
        (long x, long y) = (a, b);
        while (y != 0)
        {
            (x, y) = (y, x % y);
        }

        return a / x * b;
    }
}
