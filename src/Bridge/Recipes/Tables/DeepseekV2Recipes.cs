using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of deepseek_v2.</summary>
public static class DeepseekV2Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } = [DeepseekV2LitePretrain, DeepseekV2Pretrain];

    /// <summary>Upstream's <c>deepseek_v2_lite_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV2LitePretrain() =>
        new(
            RecipeMode.Pretrain,
            "deepseek_v2_lite_pretrain",
            DeepseekModels.V2Lite,
            """
            use: te_kernels
            model: pipeline_dtype=null expert_model_parallel_size=8 seq_length=4096 rotary_base=10000.0 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true
            model: moe_grouped_gemm=true cross_entropy_fusion_impl=te recompute_granularity=full recompute_method=uniform
            model: recompute_num_layers=1 moe_router_padding_for_fp8=false moe_shared_expert_overlap=true
            model: moe_router_force_load_balancing=false
            train: micro_batch_size=1 global_batch_size=512 train_iters=1000000
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            """
        )
        {
            Family = "deepseek_v2",
        };

    /// <summary>Upstream's <c>deepseek_v2_pretrain_config</c>: from the first token.</summary>
    public static Recipe DeepseekV2Pretrain() =>
        new(
            RecipeMode.Pretrain,
            "deepseek_v2_pretrain",
            DeepseekModels.V2,
            """
            use: te_kernels
            model: pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 expert_model_parallel_size=32 seq_length=4096
            model: rotary_base=10000.0 moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16
            model: moe_router_fusion=false moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_fusion_impl=te
            model: recompute_granularity=full recompute_method=uniform recompute_num_layers=1 moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            train: micro_batch_size=1 global_batch_size=512 train_iters=1000000
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            """
        )
        {
            Family = "deepseek_v2",
        };
}
