using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of kimi_k2.</summary>
public static class KimiK2Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } = [KimiK2Pretrain];

    /// <summary>Upstream's <c>kimi_k2_pretrain_config</c>: from the first token.</summary>
    public static Recipe KimiK2Pretrain() =>
        new(
            RecipeMode.Pretrain,
            "kimi_k2_pretrain",
            DeepseekModels.KimiK2,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=16 pipeline_dtype=bfloat16 expert_model_parallel_size=32
            model: sequence_parallel=true expert_tensor_parallel_size=1 recompute_granularity=selective
            model: pipeline_model_parallel_layout=[["embedding","decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","decoder","decoder","decoder"],["decoder","loss"]]
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false
            model: moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_fusion_impl=te moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            train: micro_batch_size=1 global_batch_size=4096 train_iters=1000000 manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=2000
            optimizer: optimizer=dist_muon adam_beta2=0.999 muon_nesterov=true muon_tp_mode=blockwise use_distributed_optimizer=false
            scheduler: lr_wsd_decay_style=exponential lr_decay_iters=1000000 lr_warmup_iters=2000
            ddp: overlap_param_gather=false use_distributed_optimizer=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8
            tokenizer: tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            """
        )
        {
            Family = "kimi_k2",
        };
}
