using MegatronBridge.Config;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Recipes;

/// <summary>What all recipes start from: upstream's classes with their defaults, and what its recipes of a mode share.</summary>
internal static class RecipeDefaults
{
    /// <summary>All sections but the model's, before a mode says anything.</summary>
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

    /// <summary>The settings of a mode, in the notation of <see cref="RecipeSettings"/>.</summary>
    public static string Of(RecipeMode mode) =>
        mode switch
        {
            RecipeMode.Pretrain => Pretrain,
            RecipeMode.Sft => Sft,
            _ => Peft,
        };

    private const string Pretrain = """
        root: mixed_precision=bf16_mixed
        train: micro_batch_size=2 global_batch_size=32 train_iters=300000 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
        validation: eval_iters=32 eval_interval=500
        optimizer: lr=0.0003 min_lr=3e-05 weight_decay=0.1 bf16=true adam_beta2=0.95 use_distributed_optimizer=true
        scheduler: lr_decay_style=cosine lr_wsd_decay_style=minus_sqrt lr_warmup_iters=500 override_opt_param_scheduler=true
        scheduler: start_weight_decay=0.033 end_weight_decay=0.033
        ddp: grad_reduce_in_fp32=true overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
        ddp: check_for_nan_in_grad=true average_in_collective=true data_parallel_sharding_strategy=optim_grads_params
        dataset: _target_=megatron.bridge.training.config.GPTDatasetConfig dataloader_type=single random_seed=1234 split=9999,8,2
        dataset: reset_position_ids=false reset_attention_mask=false eod_mask_loss=false seq_length=4096
        tokenizer: pad_vocab_size=false tokenizer_type=HuggingFaceTokenizer use_tokenizer_vocab_size=true
        checkpoint: save=nemo_experiments/default/checkpoints save_interval=500 load=nemo_experiments/default/checkpoints
        checkpoint: async_strategy=mcore
        logger: log_interval=10 tensorboard_dir=nemo_experiments/default/tb_logs log_timers_to_tensorboard=true
        """;

    private const string Sft = """
        root: mixed_precision=bf16_mixed
        train: micro_batch_size=1 global_batch_size=128 train_iters=1000
        validation: eval_iters=32 eval_interval=100
        optimizer: lr=5e-06 min_lr=0.0 weight_decay=0.1 bf16=true adam_beta2=0.98 use_distributed_optimizer=true
        scheduler: lr_decay_style=cosine lr_wsd_decay_style=minus_sqrt lr_warmup_iters=50 override_opt_param_scheduler=true
        scheduler: start_weight_decay=0.033 end_weight_decay=0.033
        ddp: grad_reduce_in_fp32=true check_for_nan_in_grad=true
        dataset: _target_=megatron.bridge.data.builders.gpt_sft.GPTSFTDatasetConfig num_workers=1 persistent_workers=false
        dataset: seq_length=2048 hf_dataset._target_=megatron.bridge.data.sources.hf.HFDatasetSourceConfig
        dataset: hf_dataset.dataset_name=squad hf_validation_proportion=0.1 seed=5678
        dataset: preprocessing._target_=megatron.bridge.data.sft_processing.PromptCompletionSFTPreprocessingConfig
        dataset: preprocessing.prompt_column=input preprocessing.completion_column=output preprocessing.separator=␣
        dataset: enable_offline_packing=true offline_packing_specs._target_=megatron.bridge.data.packing.config.PackedSequenceSpecs
        dataset: offline_packing_specs.packed_sequence_size=2048 dataset_kwargs={"pad_to_max_length":true} do_test=false
        tokenizer: pad_vocab_size=false tokenizer_type=HuggingFaceTokenizer
        checkpoint: save=nemo_experiments/default/checkpoints save_interval=100 load=nemo_experiments/default/checkpoints
        checkpoint: async_strategy=mcore
        logger: log_interval=1 tensorboard_dir=nemo_experiments/default/tb_logs log_timers_to_tensorboard=true
        rng: seed=5678
        """;

    private const string Peft = """
        root: mixed_precision=bf16_mixed
        train: micro_batch_size=1 global_batch_size=128 train_iters=1000
        validation: eval_iters=32 eval_interval=100
        optimizer: lr=0.0001 min_lr=0.0 weight_decay=0.1 bf16=true adam_beta2=0.98 use_distributed_optimizer=true
        scheduler: lr_decay_style=cosine lr_wsd_decay_style=minus_sqrt lr_warmup_iters=50 override_opt_param_scheduler=true
        scheduler: start_weight_decay=0.033 end_weight_decay=0.033
        ddp: grad_reduce_in_fp32=true check_for_nan_in_grad=true
        dataset: _target_=megatron.bridge.data.builders.gpt_sft.GPTSFTDatasetConfig num_workers=1 persistent_workers=false
        dataset: seq_length=2048 hf_dataset._target_=megatron.bridge.data.sources.hf.HFDatasetSourceConfig
        dataset: hf_dataset.dataset_name=squad hf_validation_proportion=0.1 seed=5678
        dataset: preprocessing._target_=megatron.bridge.data.sft_processing.PromptCompletionSFTPreprocessingConfig
        dataset: preprocessing.prompt_column=input preprocessing.completion_column=output preprocessing.separator=␣
        dataset: enable_offline_packing=true offline_packing_specs._target_=megatron.bridge.data.packing.config.PackedSequenceSpecs
        dataset: offline_packing_specs.packed_sequence_size=2048 dataset_kwargs={"pad_to_max_length":true} do_test=false
        tokenizer: pad_vocab_size=false tokenizer_type=HuggingFaceTokenizer
        peft: _target_=megatron.bridge.peft.lora.LoRA
        checkpoint: save=nemo_experiments/default/checkpoints save_interval=100 load=nemo_experiments/default/checkpoints
        checkpoint: async_strategy=mcore
        logger: log_interval=1 tensorboard_dir=nemo_experiments/default/tb_logs log_timers_to_tensorboard=true
        rng: seed=5678
        """;
}
