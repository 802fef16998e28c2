using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of moonlight_16b.</summary>
public static class MoonlightRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Moonlight16BPeft2GpuH100Bf16,
        Moonlight16BPeft,
        Moonlight16BPretrain,
        Moonlight16BPretrain8GpuH100Bf16,
        Moonlight16BSft8K,
        Moonlight16BSft8GpuH100Bf16,
        Moonlight16BSft,
    ];

    /// <summary>Upstream's <c>moonlight_16b_peft_2gpu_h100_bf16_config</c>: adapters, on examples.</summary>
    public static Recipe Moonlight16BPeft2GpuH100Bf16() =>
        new(
            RecipeMode.Peft,
            "moonlight_16b_peft_2gpu_h100_bf16",
            DeepseekModels.Moonlight_16B,
            """
            use: te_kernels bf16
            model: vocab_size=163842 pipeline_dtype=bfloat16 expert_model_parallel_size=2 expert_tensor_parallel_size=1
            model: recompute_granularity=selective moe_aux_loss_coeff=0.001 seq_length=4096 moe_permute_fusion=true
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_shared_expert_overlap=true
            model: moe_hybridep_num_sms=16 moe_router_fusion=false moe_grouped_gemm=true cross_entropy_fusion_impl=te
            model: moe_router_padding_for_fp8=false moe_router_force_load_balancing=false
            train: manual_gc=true manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=50
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            optimizer: adam_eps=1e-05
            scheduler: lr_decay_iters=1000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=moonshotai/Moonlight-16B-A3B
            tokenizer: hf_tokenizer_kwargs={"revision":"476b36a473d4467f94469414bef6cee75c9c8172","trust_remote_code":true}
            checkpoint: save_interval=50
            """
        )
        {
            Family = "moonlight",
        };

    /// <summary>Upstream's <c>moonlight_16b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Moonlight16BPeft() =>
        new(
            RecipeMode.Peft,
            "moonlight_16b_peft",
            DeepseekModels.Moonlight_16B,
            """
            use: te_kernels bf16
            model: vocab_size=163842 pipeline_dtype=bfloat16 expert_model_parallel_size=4 expert_tensor_parallel_size=1
            model: moe_aux_loss_coeff=0.001 seq_length=2048 moe_permute_fusion=true moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_shared_expert_overlap=true moe_hybridep_num_sms=16 moe_router_fusion=true
            model: moe_grouped_gemm=true cross_entropy_fusion_impl=te moe_router_padding_for_fp8=false
            model: moe_router_force_load_balancing=false
            train: global_batch_size=32 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: seed=1234 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=moonshotai/Moonlight-16B-A3B
            tokenizer: hf_tokenizer_kwargs={"revision":"476b36a473d4467f94469414bef6cee75c9c8172","trust_remote_code":true}
            peft: target_modules=["linear_q_proj","linear_kv_down_proj","linear_kv_up_proj","linear_proj"] dim=8 alpha=16
            checkpoint: load=null
            """
        )
        {
            Family = "moonlight",
        };

    /// <summary>Upstream's <c>moonlight_16b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Moonlight16BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "moonlight_16b_pretrain",
            DeepseekModels.Moonlight_16B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=bfloat16 expert_model_parallel_size=8 expert_tensor_parallel_size=1 seq_length=4096
            model: moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=hybridep moe_router_fusion=true moe_permute_fusion=true
            model: moe_grouped_gemm=true cross_entropy_fusion_impl=te moe_router_padding_for_fp8=false moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false moe_deepep_num_sms=null moe_flex_dispatcher_num_sms=32
            model: high_priority_a2a_comm_stream=true
            train: global_batch_size=1024 train_iters=100 manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=2000
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            scheduler: lr_decay_iters=100 lr_warmup_iters=40
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=true delay_wgrad_compute=true
            dataset: num_workers=8 split=99990,8,2
            tokenizer: tokenizer_type=NullTokenizer
            checkpoint: save_interval=50 load=null
            env_vars: CUDA_DEVICE_MAX_CONNECTIONS=32 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8 NUM_OF_TOKENS_PER_CHUNK_COMBINE_API=128
            env_vars: NVLINK_DOMAIN_SIZE=8 NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20 USE_MNNVL=0
            """
        )
        {
            Family = "moonlight",
        };

    /// <summary>Upstream's <c>moonlight_16b_pretrain_8gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Moonlight16BPretrain8GpuH100Bf16() =>
        new(
            RecipeMode.Pretrain,
            "moonlight_16b_pretrain_8gpu_h100_bf16",
            DeepseekModels.Moonlight_16B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=2 pipeline_dtype=bfloat16 expert_model_parallel_size=8 expert_tensor_parallel_size=1
            model: sequence_parallel=true seq_length=4096 moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep
            model: moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true moe_grouped_gemm=true
            model: cross_entropy_fusion_impl=te recompute_granularity=selective moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            train: micro_batch_size=1 global_batch_size=2048 train_iters=500000 manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=2000
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            scheduler: lr_decay_iters=500000 lr_warmup_iters=2000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8 split=99990,8,2
            tokenizer: tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            """
        )
        {
            Family = "moonlight",
        };

    /// <summary>Upstream's <c>moonlight_16b_sft_8k_config</c>: all weights, on examples.</summary>
    public static Recipe Moonlight16BSft8K() =>
        new(
            RecipeMode.Sft,
            "moonlight_16b_sft_8k",
            DeepseekModels.Moonlight_16B,
            """
            use: bf16
            model: vocab_size=163842 tensor_model_parallel_size=2 pipeline_dtype=bfloat16 context_parallel_size=2
            model: expert_model_parallel_size=8 expert_tensor_parallel_size=1 sequence_parallel=true recompute_granularity=selective
            model: moe_aux_loss_coeff=0.001 seq_length=8192 moe_permute_fusion=true moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_shared_expert_overlap=true moe_hybridep_num_sms=16 cuda_graph_scope=full
            model: attention_backend=null moe_router_fusion=false moe_grouped_gemm=true cross_entropy_loss_fusion=false
            model: cross_entropy_fusion_impl=te offload_modules=null moe_router_padding_for_fp8=false
            model: moe_router_force_load_balancing=false calculate_per_token_loss=true
            train: train_iters=20 manual_gc=true manual_gc_interval=5 manual_gc_eval=5
            validation: eval_iters=0 eval_interval=0
            optimizer: lr=1e-06 use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16
            optimizer: exp_avg_sq_dtype=bfloat16 adam_eps=1e-05
            scheduler: lr_decay_iters=20 lr_warmup_iters=2
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: seq_length=8192 seed=1234 offline_packing_specs.packed_sequence_size=8192 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=moonshotai/Moonlight-16B-A3B
            tokenizer: hf_tokenizer_kwargs={"revision":"476b36a473d4467f94469414bef6cee75c9c8172","trust_remote_code":true}
            checkpoint: save_interval=50 load=null
            """
        )
        {
            Family = "moonlight",
        };

    /// <summary>Upstream's <c>moonlight_16b_sft_8gpu_h100_bf16_config</c>: all weights, on examples.</summary>
    public static Recipe Moonlight16BSft8GpuH100Bf16() =>
        new(
            RecipeMode.Sft,
            "moonlight_16b_sft_8gpu_h100_bf16",
            DeepseekModels.Moonlight_16B,
            """
            use: te_kernels bf16
            model: vocab_size=163844 tensor_model_parallel_size=4 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16
            model: expert_model_parallel_size=4 expert_tensor_parallel_size=1 sequence_parallel=true recompute_granularity=selective
            model: moe_aux_loss_coeff=0.001
            model: pipeline_model_parallel_layout=[["embedding","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder","loss"]]
            model: seq_length=2048 moe_permute_fusion=true moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep
            model: moe_shared_expert_overlap=true moe_hybridep_num_sms=16 moe_router_fusion=false moe_grouped_gemm=true
            model: cross_entropy_fusion_impl=te moe_router_padding_for_fp8=false moe_router_force_load_balancing=false
            train: global_batch_size=32 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: seed=1234 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=moonshotai/Moonlight-16B-A3B
            tokenizer: hf_tokenizer_kwargs={"revision":"476b36a473d4467f94469414bef6cee75c9c8172","trust_remote_code":true}
            checkpoint: load=null
            """
        )
        {
            Family = "moonlight",
        };

    /// <summary>Upstream's <c>moonlight_16b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Moonlight16BSft() =>
        new(
            RecipeMode.Sft,
            "moonlight_16b_sft",
            DeepseekModels.Moonlight_16B,
            """
            use: te_kernels bf16
            model: vocab_size=163842 pipeline_dtype=bfloat16 expert_model_parallel_size=8 expert_tensor_parallel_size=1
            model: moe_aux_loss_coeff=0.001 seq_length=8192 moe_permute_fusion=true moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=hybridep moe_shared_expert_overlap=false moe_router_fusion=true moe_grouped_gemm=true
            model: cross_entropy_fusion_impl=te moe_router_padding_for_fp8=false moe_router_force_load_balancing=false
            model: moe_deepep_num_sms=null moe_flex_dispatcher_num_sms=32 high_priority_a2a_comm_stream=true
            train: global_batch_size=8 train_iters=100 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_iters=10 eval_interval=50
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=true delay_wgrad_compute=true
            dataset: seq_length=8192 seed=1234 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=moonshotai/Moonlight-16B-A3B
            tokenizer: hf_tokenizer_kwargs={"revision":"476b36a473d4467f94469414bef6cee75c9c8172","trust_remote_code":true}
            checkpoint: load=null
            env_vars: CUDA_DEVICE_MAX_CONNECTIONS=32 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8 NUM_OF_TOKENS_PER_CHUNK_COMBINE_API=128
            env_vars: NVLINK_DOMAIN_SIZE=8 NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20 USE_MNNVL=0
            """
        )
        {
            Family = "moonlight",
        };
}
