using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of glm45.</summary>
public static class Glm45Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [Glm45_355BPeft, Glm45_355BPretrain, Glm45_355BSft, Glm45Air106BPeft, Glm45Air106BPretrain, Glm45Air106BSft];

    /// <summary>Upstream's <c>glm45_355b_peft_config</c>: adapters, on examples, corrected (docs/recipes.md).</summary>
    public static Recipe Glm45_355BPeft() =>
        new(
            RecipeMode.Peft,
            "glm45_355b_peft",
            GlmModels.Glm45_355B,
            """
            use: te_kernels
            model: seq_length=2048 tensor_model_parallel_size=2 pipeline_model_parallel_size=4 pipeline_dtype=null
            model: expert_model_parallel_size=4 moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep
            model: moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true moe_grouped_gemm=true
            model: cross_entropy_fusion_impl=native moe_router_padding_for_fp8=false moe_shared_expert_overlap=true
            model: moe_router_force_load_balancing=false
            validation: eval_interval=50
            optimizer: adam_beta2=0.95
            ddp: grad_reduce_in_fp32=false
            dataset: enable_offline_packing=false offline_packing_specs=null dataset_kwargs={}
            tokenizer: tokenizer_model=zai-org/GLM-4.5
            checkpoint: save_interval=50
            model: sequence_parallel=true
            """
        )
        {
            Family = "glm45",
        };

    /// <summary>Upstream's <c>glm45_355b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Glm45_355BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "glm45_355b_pretrain",
            GlmModels.Glm45_355B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=8 num_layers_in_first_pipeline_stage=10
            model: num_layers_in_last_pipeline_stage=10 pipeline_dtype=null expert_model_parallel_size=16 expert_tensor_parallel_size=1
            model: sequence_parallel=true seq_length=4096 mtp_num_layers=1 mtp_loss_scaling_factor=0.3 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true
            model: moe_grouped_gemm=true cross_entropy_fusion_impl=native recompute_granularity=selective moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            train: micro_batch_size=1 global_batch_size=2048 train_iters=1000000
            validation: eval_interval=2000
            optimizer: lr=0.0001 min_lr=1e-05
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "glm45",
        };

    /// <summary>Upstream's <c>glm45_355b_sft_config</c>: all weights, on examples, corrected (docs/recipes.md).</summary>
    public static Recipe Glm45_355BSft() =>
        new(
            RecipeMode.Sft,
            "glm45_355b_sft",
            GlmModels.Glm45_355B,
            """
            use: te_kernels
            model: seq_length=2048 tensor_model_parallel_size=2 pipeline_model_parallel_size=8 num_layers_in_first_pipeline_stage=10
            model: num_layers_in_last_pipeline_stage=10 pipeline_dtype=null expert_model_parallel_size=16
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false
            model: moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_fusion_impl=native moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            validation: eval_interval=50
            optimizer: adam_beta2=0.95
            ddp: grad_reduce_in_fp32=false
            dataset: enable_offline_packing=false offline_packing_specs=null dataset_kwargs={}
            tokenizer: tokenizer_model=zai-org/GLM-4.5
            checkpoint: save_interval=50
            model: sequence_parallel=true
            """
        )
        {
            Family = "glm45",
        };

    /// <summary>Upstream's <c>glm45_air_106b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Glm45Air106BPeft() =>
        new(
            RecipeMode.Peft,
            "glm45_air_106b_peft",
            GlmModels.Glm45Air_106B,
            """
            use: te_kernels
            model: seq_length=2048 pipeline_model_parallel_size=2 pipeline_dtype=null expert_model_parallel_size=4
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false
            model: moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_fusion_impl=native moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            validation: eval_interval=50
            optimizer: adam_beta2=0.95
            ddp: grad_reduce_in_fp32=false
            dataset: enable_offline_packing=false offline_packing_specs=null dataset_kwargs={}
            tokenizer: tokenizer_model=zai-org/GLM-4.5-Air
            checkpoint: save_interval=50
            """
        )
        {
            Family = "glm45",
        };

    /// <summary>Upstream's <c>glm45_air_106b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Glm45Air106BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "glm45_air_106b_pretrain",
            GlmModels.Glm45Air_106B,
            """
            use: te_kernels
            model: pipeline_model_parallel_size=4 num_layers_in_first_pipeline_stage=11 num_layers_in_last_pipeline_stage=11
            model: pipeline_dtype=null expert_model_parallel_size=8 expert_tensor_parallel_size=1 sequence_parallel=true seq_length=4096
            model: mtp_num_layers=1 mtp_loss_scaling_factor=0.3 moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep
            model: moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true moe_grouped_gemm=true
            model: cross_entropy_fusion_impl=native recompute_granularity=selective moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            train: micro_batch_size=1 global_batch_size=2048 train_iters=1000000
            validation: eval_interval=2000
            optimizer: lr=0.0001 min_lr=1e-05
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "glm45",
        };

    /// <summary>Upstream's <c>glm45_air_106b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Glm45Air106BSft() =>
        new(
            RecipeMode.Sft,
            "glm45_air_106b_sft",
            GlmModels.Glm45Air_106B,
            """
            use: te_kernels
            model: seq_length=2048 pipeline_model_parallel_size=4 num_layers_in_first_pipeline_stage=11
            model: num_layers_in_last_pipeline_stage=11 pipeline_dtype=null expert_model_parallel_size=8
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false
            model: moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_fusion_impl=native moe_router_padding_for_fp8=false
            model: moe_shared_expert_overlap=true moe_router_force_load_balancing=false
            validation: eval_interval=50
            optimizer: adam_beta2=0.95
            ddp: grad_reduce_in_fp32=false
            dataset: enable_offline_packing=false offline_packing_specs=null dataset_kwargs={}
            tokenizer: tokenizer_model=zai-org/GLM-4.5-Air
            checkpoint: save_interval=50
            """
        )
        {
            Family = "glm45",
        };
}
