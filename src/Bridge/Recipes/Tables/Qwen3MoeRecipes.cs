using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of qwen3_moe.</summary>
public static class Qwen3MoeRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Qwen3_235BA22BPeft,
        Qwen3_235BA22BPretrain,
        Qwen3_235BA22BSft,
        Qwen3_30BA3BPeft,
        Qwen3_30BA3BPretrain,
        Qwen3_30BA3BPretrain8GpuGb200Fp8MxFunctional,
        Qwen3_30BA3BPretrain8GpuH100Bf16,
        Qwen3_30BA3BSft,
        Qwen3_30BA3BSft8GpuH100Bf16,
    ];

    /// <summary>Upstream's <c>qwen3_235b_a22b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_235BA22BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_235b_a22b_peft",
            Qwen3Models.Qwen3_235BA22B,
            """
            use: te_kernels moe_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=4 pipeline_dtype=null expert_model_parallel_size=4
            model: expert_tensor_parallel_size=1 sequence_parallel=true account_for_embedding_in_pipeline_split=true
            model: account_for_loss_in_pipeline_split=true seq_length=2048 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=te
            train: global_batch_size=32 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen3-235B-A22B
            peft: target_modules=["linear_qkv","linear_proj"] dim=8 alpha=16
            logger: log_interval=10
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_235b_a22b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_235BA22BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_235b_a22b_pretrain",
            Qwen3Models.Qwen3_235BA22B,
            """
            use: te_kernels moe_kernels
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=16 pipeline_dtype=bfloat16 context_parallel_size=2
            model: expert_model_parallel_size=8 expert_tensor_parallel_size=1 sequence_parallel=true seq_length=4096 init_method_std=0.02
            model: account_for_embedding_in_pipeline_split=true account_for_loss_in_pipeline_split=true moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=te
            train: micro_batch_size=1
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-235B-A22B
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_235b_a22b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_235BA22BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_235b_a22b_sft",
            Qwen3Models.Qwen3_235BA22B,
            """
            use: te_kernels moe_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=16 pipeline_dtype=null expert_model_parallel_size=4
            model: expert_tensor_parallel_size=1 sequence_parallel=true account_for_embedding_in_pipeline_split=true
            model: account_for_loss_in_pipeline_split=true seq_length=2048 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=te
            train: global_batch_size=32 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen3-235B-A22B
            logger: log_interval=10
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_30b_a3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_30BA3BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_30b_a3b_peft",
            Qwen3Models.Qwen3_30BA3B,
            """
            use: te_kernels moe_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_dtype=null expert_model_parallel_size=4 expert_tensor_parallel_size=1
            model: sequence_parallel=true seq_length=2048 moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=deepep
            model: moe_hybridep_num_sms=16 cross_entropy_fusion_impl=te
            train: global_batch_size=32 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            dataset: seed=1234 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=Qwen/Qwen3-30B-A3B hf_tokenizer_kwargs={"revision":"ad44e777bcd18fa416d9da3bd8f70d33ebb85d39"}
            peft: target_modules=["linear_qkv","linear_proj"] dim=8 alpha=16
            checkpoint: load=null
            logger: log_interval=10
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_30b_a3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_30BA3BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_30b_a3b_pretrain",
            Qwen3Models.Qwen3_30BA3B,
            """
            use: bf16
            model: pipeline_dtype=bfloat16 expert_model_parallel_size=16 expert_tensor_parallel_size=1 seq_length=4096
            model: init_method_std=0.02 moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=hybridep moe_hybridep_num_sms=32
            model: cuda_graph_impl=transformer_engine cuda_graph_scope=["moe_router","moe_preprocess"] attention_backend=null
            model: moe_router_fusion=true moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_loss_fusion=true
            model: cross_entropy_fusion_impl=te offload_modules=null moe_router_padding_for_fp8=false moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false bias_activation_fusion=true apply_rope_fusion=true use_te_rng_tracker=true
            train: micro_batch_size=1 global_batch_size=1024 train_iters=100
            optimizer: use_precision_aware_optimizer=true
            scheduler: lr_decay_iters=100 lr_warmup_iters=40
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-30B-A3B hf_tokenizer_kwargs={"revision":"ad44e777bcd18fa416d9da3bd8f70d33ebb85d39"}
            checkpoint: save_interval=50 load=null
            rng: te_rng_tracker=true
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_30b_a3b_pretrain_8gpu_gb200_fp8mx_functional_config</c>: from the first token.</summary>
    public static Recipe Qwen3_30BA3BPretrain8GpuGb200Fp8MxFunctional() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_30b_a3b_pretrain_8gpu_gb200_fp8mx_functional",
            Qwen3Models.Qwen3_30BA3B,
            """
            model: pipeline_dtype=bfloat16 expert_model_parallel_size=8 expert_tensor_parallel_size=1 seq_length=4096 init_method_std=0.02
            model: moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=hybridep moe_hybridep_num_sms=32
            model: cuda_graph_impl=transformer_engine cuda_graph_scope=["moe_router","moe_preprocess"] attention_backend=null
            model: moe_router_fusion=true moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_loss_fusion=true
            model: cross_entropy_fusion_impl=te offload_modules=null moe_router_padding_for_fp8=false moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false bias_activation_fusion=true apply_rope_fusion=true use_te_rng_tracker=true
            model: moe_hybridep_num_sms_preprocessing=32 high_priority_a2a_comm_stream=true use_transformer_engine_op_fuser=true
            model: moe_mlp_glu_interleave_size=32
            train: micro_batch_size=4 global_batch_size=512 train_iters=100
            validation: eval_iters=0 eval_interval=0
            scheduler: lr_decay_iters=100 lr_warmup_iters=40
            mixed_precision: _target_=megatron.bridge.training.mixed_precision.MixedPrecisionConfig bf16=true params_dtype=bfloat16
            mixed_precision: pipeline_dtype=bfloat16 grad_reduce_in_fp32=false fp8=e4m3 fp8_recipe=mxfp8 fp8_dot_product_attention=true
            mixed_precision: fp8_param=true fp8_param_gather=true fp4_param=false reuse_grad_buf_for_mxfp8_param_ag=true
            ddp: grad_reduce_in_fp32=false check_for_large_grads=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            comm_overlap: overlap_moe_expert_parallel_comm=true delay_wgrad_compute=true
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-30B-A3B hf_tokenizer_kwargs={"revision":"ad44e777bcd18fa416d9da3bd8f70d33ebb85d39"}
            checkpoint: save_interval=50 load=null
            logger: log_interval=1 tensorboard_dir=null
            rng: te_rng_tracker=true
            env_vars: CUDA_DEVICE_MAX_CONNECTIONS=32 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8 NUM_OF_TOKENS_PER_CHUNK_COMBINE_API=128
            env_vars: NVLINK_DOMAIN_SIZE=72 USE_MNNVL=1 CUDNNFE_CLUSTER_OVERLAP_MARGIN=8 NVTE_BWD_LAYERNORM_SM_MARGIN=20
            env_vars: NVTE_CUTEDSL_FUSED_GROUPED_MLP=1 NVTE_FWD_LAYERNORM_SM_MARGIN=20
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_30b_a3b_pretrain_8gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Qwen3_30BA3BPretrain8GpuH100Bf16() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_30b_a3b_pretrain_8gpu_h100_bf16",
            Qwen3Models.Qwen3_30BA3B,
            """
            use: te_kernels moe_kernels
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 expert_model_parallel_size=4
            model: expert_tensor_parallel_size=1 sequence_parallel=true seq_length=4096 init_method_std=0.02
            model: moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=te
            model: recompute_granularity=full recompute_method=uniform recompute_num_layers=1
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-30B-A3B hf_tokenizer_kwargs={"revision":"ad44e777bcd18fa416d9da3bd8f70d33ebb85d39"}
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_30b_a3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_30BA3BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_30b_a3b_sft",
            Qwen3Models.Qwen3_30BA3B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null expert_model_parallel_size=16 expert_tensor_parallel_size=1 seq_length=2048
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=null moe_router_fusion=true moe_permute_fusion=true
            model: moe_grouped_gemm=true cross_entropy_fusion_impl=te moe_router_padding_for_fp8=false moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false moe_flex_dispatcher_num_sms=null bias_activation_fusion=true
            model: apply_rope_fusion=true
            train: global_batch_size=32 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            dataset: seed=1234
            tokenizer: tokenizer_model=Qwen/Qwen3-30B-A3B hf_tokenizer_kwargs={"revision":"ad44e777bcd18fa416d9da3bd8f70d33ebb85d39"}
            checkpoint: load=null
            logger: log_interval=10
            """
        )
        {
            Family = "qwen3_moe",
        };

    /// <summary>Upstream's <c>qwen3_30b_a3b_sft_8gpu_h100_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3_30BA3BSft8GpuH100Bf16() =>
        new(
            RecipeMode.Sft,
            "qwen3_30b_a3b_sft_8gpu_h100_bf16",
            Qwen3Models.Qwen3_30BA3B,
            """
            use: te_kernels moe_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=2 pipeline_dtype=null expert_model_parallel_size=4
            model: expert_tensor_parallel_size=1 sequence_parallel=true seq_length=2048 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=te
            train: global_batch_size=32 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            dataset: seed=1234 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=Qwen/Qwen3-30B-A3B hf_tokenizer_kwargs={"revision":"ad44e777bcd18fa416d9da3bd8f70d33ebb85d39"}
            checkpoint: load=null
            logger: log_interval=10
            """
        )
        {
            Family = "qwen3_moe",
        };
}
