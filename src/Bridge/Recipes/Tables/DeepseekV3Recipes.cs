using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of deepseek_v3.</summary>
public static class DeepseekV3Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [DeepseekV3Pretrain, DeepseekV3Pretrain256GpuH100Bf16_32Nodes];

    /// <summary>Upstream's <c>deepseek_v3_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV3Pretrain() =>
        new(
            RecipeMode.Pretrain,
            "deepseek_v3_pretrain",
            DeepseekModels.V3,
            """
            use: moe_kernels bf16
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=16
            model: pipeline_model_parallel_layout=[["embedding","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","mtp","loss"]]
            model: pipeline_dtype=bfloat16 expert_model_parallel_size=64 expert_tensor_parallel_size=1 sequence_parallel=true
            model: seq_length=4096 mtp_num_layers=1 mtp_loss_scaling_factor=0.1 init_method_std=0.006 rotary_base=10000.0
            model: rotary_scaling_factor=40 moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=hybridep moe_hybridep_num_sms=16
            model: cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=true cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=4096 train_iters=1000000 manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=2000
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            scheduler: lr_warmup_iters=2000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            env_vars: NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8
            env_vars: NVLINK_DOMAIN_SIZE=8 USE_MNNVL=0
            """
        )
        {
            Family = "deepseek_v3",
        };

    /// <summary>Upstream's <c>deepseek_v3_pretrain_256gpu_h100_bf16_32nodes_config</c>: from the first token.</summary>
    public static Recipe DeepseekV3Pretrain256GpuH100Bf16_32Nodes() =>
        new(
            RecipeMode.Pretrain,
            "deepseek_v3_pretrain_256gpu_h100_bf16_32nodes",
            DeepseekModels.V3,
            """
            use: moe_kernels bf16
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=8
            model: pipeline_model_parallel_layout=[["embedding","decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder","decoder","mtp","loss"]]
            model: pipeline_dtype=bfloat16 expert_model_parallel_size=32 expert_tensor_parallel_size=1 sequence_parallel=true
            model: seq_length=4096 mtp_num_layers=1 mtp_loss_scaling_factor=0.1 init_method_std=0.006 rotary_base=10000.0
            model: rotary_scaling_factor=40 moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=hybridep moe_hybridep_num_sms=16
            model: cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=true cross_entropy_fusion_impl=te
            model: recompute_granularity=full recompute_method=uniform recompute_num_layers=1
            train: micro_batch_size=1 global_batch_size=4096 train_iters=1000000 manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=2000
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            scheduler: lr_warmup_iters=2000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            env_vars: NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8
            env_vars: NVLINK_DOMAIN_SIZE=8 USE_MNNVL=0
            """
        )
        {
            Family = "deepseek_v3",
        };
}
