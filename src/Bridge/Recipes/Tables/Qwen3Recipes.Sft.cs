using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

public static partial class Qwen3Recipes
{
    /// <summary>Upstream's <c>qwen3_14b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_14BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_14b_sft",
            Qwen3Models.Qwen3_14B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-14B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_1p7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_1P7BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_1p7b_sft",
            Qwen3Models.Qwen3_1p7B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-1.7B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_32b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_32BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_32b_sft",
            Qwen3Models.Qwen3_32B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=2 pipeline_dtype=null seq_length=2048
            model: cross_entropy_fusion_impl=native recompute_granularity=full recompute_method=uniform recompute_num_layers=1
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-32B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_4BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_4b_sft",
            Qwen3Models.Qwen3_4B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-4B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_600m_sft_128k_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_600MSft128K() =>
        new(
            RecipeMode.Sft,
            "qwen3_600m_sft_128k",
            Qwen3Models.Qwen3_0p6B,
            """
            model: pipeline_dtype=null context_parallel_size=8 seq_length=131072 cuda_graph_scope=full attention_backend=null
            model: cross_entropy_loss_fusion=false cross_entropy_fusion_impl=native offload_modules=null cp_comm_type=a2a
            model: calculate_per_token_loss=true
            train: global_batch_size=2
            validation: eval_interval=30
            optimizer: lr=1e-06 min_lr=1e-06 use_distributed_optimizer=false
            scheduler: lr_warmup_iters=10 lr_warmup_init=1e-11
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=131072 offline_packing_specs.packed_sequence_size=131072 offline_packing_specs.pad_seq_to_mult=16
            tokenizer: tokenizer_model=Qwen/Qwen3-0.6B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_600m_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_600MSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_600m_sft",
            Qwen3Models.Qwen3_0p6B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-0.6B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_600m_sft_yarn_128k_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_600MSftYarn128K() =>
        new(
            RecipeMode.Sft,
            "qwen3_600m_sft_yarn_128k",
            Qwen3Models.Qwen3_0p6B,
            """
            model: context_parallel_size=8 seq_length=131072 position_embedding_type=yarn yarn_original_max_position_embeddings=40960
            model: yarn_rotary_scaling_factor=3.2 yarn_beta_fast=32.0 yarn_beta_slow=1.0 yarn_mscale=1.0 yarn_mscale_all_dim=1.0
            model: yarn_correction_range_round_to_int=false cross_entropy_loss_fusion=false calculate_per_token_loss=true
            train: global_batch_size=8
            validation: eval_interval=30
            optimizer: lr=1e-06 min_lr=1e-06 use_distributed_optimizer=false
            scheduler: lr_warmup_iters=10 lr_warmup_init=1e-11
            ddp: grad_reduce_in_fp32=false
            dataset: dataloader_type=single num_workers=2 seq_length=131072 hf_dataset.dataset_name=null
            dataset: hf_dataset.path_or_dataset=nvidia/Nemotron-Cascade-2-SFT-Data hf_dataset.split=train[1%:] hf_dataset.subset=math
            dataset: hf_dataset.load_kwargs={"data_files":{"train":"math/math_notool.jsonl"}}
            dataset: hf_validation_dataset._target_=megatron.bridge.data.sources.hf.HFDatasetSourceConfig
            dataset: hf_validation_dataset.path_or_dataset=nvidia/Nemotron-Cascade-2-SFT-Data hf_validation_dataset.split=train[:1%]
            dataset: hf_validation_dataset.subset=math hf_validation_dataset.load_kwargs={"data_files":{"train":"math/math_notool.jsonl"}}
            dataset: hf_validation_proportion=null preprocessing._target_=megatron.bridge.data.sft_processing.ChatSFTPreprocessingConfig
            dataset: enable_offline_packing=false offline_packing_specs=null dataset_kwargs=null
            tokenizer: tokenizer_model=Qwen/Qwen3-0.6B
            checkpoint: save_interval=50
            dist: distributed_timeout_minutes=30
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_8b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_8BSft32K() =>
        new(
            RecipeMode.Sft,
            "qwen3_8b_sft_32k",
            Qwen3Models.Qwen3_8B,
            """
            use: bf16
            model: tensor_model_parallel_size=4 pipeline_dtype=null context_parallel_size=2 sequence_parallel=true seq_length=32768
            model: cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=false cross_entropy_fusion_impl=native
            model: offload_modules=null cp_comm_type=a2a calculate_per_token_loss=true
            train: global_batch_size=8 train_iters=100
            validation: eval_interval=30
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: use_distributed_optimizer=true
            dataset: seq_length=32768 seed=1234 offline_packing_specs.packed_sequence_size=32768 offline_packing_specs.pad_seq_to_mult=8
            tokenizer: tokenizer_model=Qwen/Qwen3-8B hf_tokenizer_kwargs={"revision":"b968826d9c46dd6066d109eabc6255188de91218"}
            checkpoint: load=null
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_8BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_8b_sft",
            Qwen3Models.Qwen3_8B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=32 train_iters=100
            validation: eval_interval=30
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: use_distributed_optimizer=true
            dataset: seed=1234
            tokenizer: tokenizer_model=Qwen/Qwen3-8B hf_tokenizer_kwargs={"revision":"b968826d9c46dd6066d109eabc6255188de91218"}
            checkpoint: load=null
            """
        )
        {
            Family = "qwen3",
        };
}
