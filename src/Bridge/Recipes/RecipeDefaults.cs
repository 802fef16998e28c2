using MegatronBridge.Config;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Recipes;

/// <summary>What all recipes start from: upstream's classes with their defaults.</summary>
internal static class RecipeDefaults
{
    /// <summary>All sections but the model's, before a recipe says anything.</summary>
    public static ConfigValue.Map Sections { get; } =
        ConfigValue.MapOf([
            (Targets.Key, "megatron.bridge.training.config.ConfigContainer"),
            (
                "env_vars",
                ConfigValue.MapOf(
                    ("NCCL_GRAPH_REGISTER", 0L),
                    ("NCCL_NVLS_ENABLE", 0L),
                    ("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True"),
                    ("TORCH_NCCL_AVOID_RECORD_STREAMS", 1L),
                    ("TORCH_NCCL_HIGH_PRIORITY", 1L)
                )
            ),
            ("checkpoint", SectionSchema.DefaultsOf(CheckpointConfigFields.Target, CheckpointConfigFields.All)),
            ("comm_overlap", ConfigValue.Null),
            ("dataset", ConfigValue.Null),
            (
                "ddp",
                SectionSchema.DefaultsOf(
                    DistributedDataParallelConfigFields.Target,
                    DistributedDataParallelConfigFields.All
                )
            ),
            ("dist", SectionSchema.DefaultsOf(DistributedInitConfigFields.Target, DistributedInitConfigFields.All)),
            ("ft", ConfigValue.Null),
            ("inprocess_restart", ConfigValue.Null),
            ("logger", SectionSchema.DefaultsOf(LoggerConfigFields.Target, LoggerConfigFields.All)),
            ("mixed_precision", ConfigValue.Null),
            ("nvrx_straggler", ConfigValue.Null),
            ("optimizer", SectionSchema.DefaultsOf(OptimizerConfigFields.Target, OptimizerConfigFields.All)),
            (
                "optimizer_config_override_provider",
                SectionSchema.DefaultsOf(
                    OptimizerConfigOverrideProviderFields.Target,
                    OptimizerConfigOverrideProviderFields.All
                )
            ),
            ("peft", ConfigValue.Null),
            ("profiling", SectionSchema.DefaultsOf(ProfilingConfigFields.Target, ProfilingConfigFields.All)),
            (
                "rerun_state_machine",
                SectionSchema.DefaultsOf(RerunStateMachineConfigFields.Target, RerunStateMachineConfigFields.All)
            ),
            ("rng", SectionSchema.DefaultsOf(RNGConfigFields.Target, RNGConfigFields.All)),
            ("scheduler", SectionSchema.DefaultsOf(SchedulerConfigFields.Target, SchedulerConfigFields.All)),
            ("straggler", ConfigValue.Null),
            ("tensor_inspect", ConfigValue.Null),
            ("tokenizer", SectionSchema.DefaultsOf(TokenizerConfigFields.Target, TokenizerConfigFields.All)),
            ("train", SectionSchema.DefaultsOf(TrainingConfigFields.Target, TrainingConfigFields.All)),
            ("validation", SectionSchema.DefaultsOf(ValidationConfigFields.Target, ValidationConfigFields.All)),
        ]);
}
