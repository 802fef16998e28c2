using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of qwen3_next.</summary>
public static class Qwen3NextRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } = [Qwen3Next80BA3BPretrain, Qwen3Next80BA3BSft];

    /// <summary>Upstream's <c>qwen3_next_80b_a3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3Next80BA3BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_next_80b_a3b_pretrain",
            Qwen3Models.Qwen3Next_80BA3B,
            """
            use: te_kernels moe_kernels
            model: pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 expert_model_parallel_size=8 expert_tensor_parallel_size=1
            model: seq_length=4096 init_method_std=0.02 mtp_num_layers=1 mtp_loss_scaling_factor=0.1 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=native
            model: recompute_granularity=selective recompute_modules=["layernorm","moe","moe_act"]
            optimizer: apply_wd_to_qk_layernorm=true
            dataset: num_workers=8 mmap_bin_files=false
            tokenizer: tokenizer_model=Qwen/Qwen3-Next-80B-A3B-Instruct
            """
        )
        {
            Family = "qwen3_next",
        };

    /// <summary>Upstream's <c>qwen3_next_80b_a3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen3Next80BA3BSft() =>
        new(
            RecipeMode.Sft,
            "qwen3_next_80b_a3b_sft",
            Qwen3Models.Qwen3Next_80BA3B,
            """
            use: te_kernels moe_kernels bf16
            model: seq_length=2048 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 expert_model_parallel_size=8
            model: expert_tensor_parallel_size=1 moe_token_dispatcher_type=flex moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16
            model: cross_entropy_fusion_impl=native recompute_granularity=selective recompute_modules=["layernorm","moe","moe_act"]
            train: global_batch_size=64 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: min_lr=5e-06 apply_wd_to_qk_layernorm=true
            ddp: overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true average_in_collective=true
            ddp: data_parallel_sharding_strategy=optim_grads_params
            dataset: enable_offline_packing=false offline_packing_specs=null dataset_kwargs={}
            tokenizer: tokenizer_model=Qwen/Qwen3-Next-80B-A3B-Instruct
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3_next",
        };
}
