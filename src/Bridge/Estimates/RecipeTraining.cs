using System.Numerics;
using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Layout;
using MegatronBridge.Recipes;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates;

/// <summary>What a recipe, or the file of a run, says that FLOPs and memory depend on.</summary>
/// <param name="Model">The model, in the type that it is trained in.</param>
/// <param name="Sizes">The layout, with as few data-parallel copies as it needs.</param>
/// <param name="Training">Batches, sequence length, optimizer and adapters.</param>
public sealed record RecipeTraining(ModelDescription Model, ParallelSizes Sizes, TrainingSettings Training)
{
    private const string Adam = "adam";

    /// <summary>Fields of the model that <see cref="ModelDescription.LaidOut"/> would choose otherwise.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    /// <summary>Reads a configuration.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="name">What to call it.</param>
    /// <exception cref="InvalidConfigException">Something is missing, contradictory, or is not estimated; all faults are told.</exception>
    public static RecipeTraining Of(ConfigContainer config, string name)
    {
        List<string> faults = [.. NotEstimated(config)];
        int sequenceLength = Count(config, "model.seq_length", faults);
        int microBatch = Count(config, "train.micro_batch_size", faults);
        int globalBatch = Count(config, "train.global_batch_size", faults);
        if (config.Model.Has("vocab_size") && config.Model["vocab_size"].IsNull)
        {
            faults.Add("model.vocab_size is not set, the tokenizer tells it: set model.vocab_size.");
        }

        if (faults.Count > 0)
        {
            throw new InvalidConfigException(faults);
        }

        ModelProvider provider = config.Model.Clone();
        bool reducesInFp32 = RunPrecision.Apply(provider, config);
        ModelProvider complete = provider.Clone();
        if (complete.Has("should_pad_vocab"))
        {
            complete.ShouldPadVocab = true; // upstream pads it where ranks could not share it
        }

        complete.Complete();
        return new(
            new($"{name}, {provider.Schema.Name}", provider),
            ParallelSizes.Of(complete),
            new()
            {
                SequenceLength = sequenceLength,
                MicroBatchSize = microBatch,
                GlobalBatchSize = globalBatch,
                Optimizer = OptimizerOf(config, reducesInFp32),
                Lora = LoraOf(config),
            }
        )
        {
            Settings = [new("sequence_parallel", complete.SequenceParallel ? "true" : "false")],
        };
    }

    private static IEnumerable<string> NotEstimated(ConfigContainer config)
    {
        if (config["optimizer.optimizer"] is ConfigValue.Text { Value: var optimizer } && optimizer != Adam)
        {
            yield return $"optimizer.optimizer is {optimizer}; what {Adam} keeps is estimated.";
        }

        foreach (
            string path in (string[])
                ["ddp.use_megatron_fsdp", "dist.use_torch_fsdp2", "optimizer.optimizer_cpu_offload"]
        )
        {
            if (config[path] == true)
            {
                yield return $"{path} is true, which is not estimated; set it to false.";
            }
        }

        if (config["peft.exclude_modules"] is ConfigValue.List { Items.Count: > 0 } excluded)
        {
            yield return $"peft.exclude_modules is {excluded}, which is not estimated; say peft.target_modules.";
        }

        if (config["peft.normalize_moe_lora"] == true && config.Model.NumMoeExperts is not null)
        {
            yield return "peft.normalize_moe_lora is true, which is not estimated; set it to false.";
        }
    }

    private static OptimizerSettings OptimizerOf(ConfigContainer config, bool reducesInFp32)
    {
        OptimizerSettings defaults = new();
        return new()
        {
            // Upstream takes it from either section.
            UseDistributedOptimizer =
                config["optimizer.use_distributed_optimizer"] == true
                || config["ddp.use_distributed_optimizer"] == true,
            GradReduceInFp32 = reducesInFp32,
            UsePrecisionAwareOptimizer = config["optimizer.use_precision_aware_optimizer"] == true,
            StoreParamRemainders = config["optimizer.store_param_remainders"] != false,
            MainGradsDtype = RunPrecision.TypeOf(config["optimizer.main_grads_dtype"]) ?? defaults.MainGradsDtype,
            MainParamsDtype = RunPrecision.TypeOf(config["optimizer.main_params_dtype"]) ?? defaults.MainParamsDtype,
            ExpAvgDtype = RunPrecision.TypeOf(config["optimizer.exp_avg_dtype"]) ?? defaults.ExpAvgDtype,
            ExpAvgSqDtype = RunPrecision.TypeOf(config["optimizer.exp_avg_sq_dtype"]) ?? defaults.ExpAvgSqDtype,
        };
    }

    private static LoraSettings? LoraOf(ConfigContainer config)
    {
        if (config["peft"].IsNull)
        {
            return null;
        }

        string kind = (config["peft._target_"] as ConfigValue.Text)?.Value ?? "";
        AdapterMethod method = kind[(kind.LastIndexOf('.') + 1)..] switch
        {
            "LoRA" or "VLMLoRA" => AdapterMethod.Lora,
            "DoRA" => AdapterMethod.Dora,
            "CanonicalLoRA" => AdapterMethod.CanonicalLora,
            _ => throw new InvalidConfigException(
                $"peft._target_ is {config["peft._target_"]}; LoRA, DoRA, CanonicalLoRA and VLMLoRA are estimated."
            ),
        };
        List<string> faults = [];
        LoraSettings settings = new()
        {
            Method = method,
            Rank = Count(config, "peft.dim", faults),
            SharesExpertAdapters = config["peft.share_expert_adapters"] != false,
        };
        string[] targets =
        [
            .. (config["peft.target_modules"] as ConfigValue.List)?.Items.Select(target => $"{target}") ?? [],
        ];
        return faults.Count > 0 ? throw new InvalidConfigException(faults)
            : targets.Length == 0 || targets.ToHashSet().SetEquals(settings.TargetModules) ? settings
            : settings with { TargetModules = targets, RequiresAllTargets = false };
    }

    private static int Count(ConfigContainer config, string path, List<string> faults)
    {
        if (
            config[path] is ConfigValue.Integer { Value: var value }
            && value >= BigInteger.One
            && value <= int.MaxValue
        )
        {
            return (int)value;
        }

        faults.Add($"{path} must be a whole number of 1 or more, found {config[path]}.");
        return 1;
    }
}
