using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of olmoe_7b.</summary>
public static class OlmoeRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } = [Olmoe7BPeft, Olmoe7BPretrain, Olmoe7BSft];

    /// <summary>Upstream's <c>olmoe_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Olmoe7BPeft() =>
        new(
            RecipeMode.Peft,
            "olmoe_7b_peft",
            OlmoeModels.Olmoe_7B,
            """
            use: bf16
            model: pipeline_dtype=bfloat16 attention_backend=null recompute_granularity=selective moe_hybridep_num_sms=16
            model: cuda_graph_scope=full offload_modules=null
            train: manual_gc=true manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=50
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=1000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=allenai/OLMoE-1B-7B-0924 hf_tokenizer_kwargs={"trust_remote_code":true}
            checkpoint: save_interval=50
            """
        )
        {
            Family = "olmoe",
        };

    /// <summary>Upstream's <c>olmoe_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Olmoe7BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "olmoe_7b_pretrain",
            OlmoeModels.Olmoe_7B,
            """
            use: bf16
            model: expert_model_parallel_size=8 pipeline_dtype=bfloat16 attention_backend=null recompute_granularity=selective
            model: moe_hybridep_num_sms=16 cuda_graph_scope=full offload_modules=null
            train: micro_batch_size=1 global_batch_size=2048 train_iters=500000 manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=2000
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            scheduler: lr_decay_iters=500000 lr_warmup_iters=2000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            dataset: num_workers=8
            tokenizer: vocab_size=50304 tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            """
        )
        {
            Family = "olmoe",
        };

    /// <summary>Upstream's <c>olmoe_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Olmoe7BSft() =>
        new(
            RecipeMode.Sft,
            "olmoe_7b_sft",
            OlmoeModels.Olmoe_7B,
            """
            use: bf16
            model: expert_model_parallel_size=8 pipeline_dtype=bfloat16 attention_backend=null recompute_granularity=selective
            model: moe_hybridep_num_sms=16 cuda_graph_scope=full offload_modules=null
            train: manual_gc=true manual_gc_interval=5 manual_gc_eval=5
            validation: eval_interval=50
            optimizer: use_precision_aware_optimizer=true main_grads_dtype=bfloat16 exp_avg_dtype=bfloat16 exp_avg_sq_dtype=bfloat16
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=1000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=allenai/OLMoE-1B-7B-0924 hf_tokenizer_kwargs={"trust_remote_code":true}
            checkpoint: save_interval=50
            """
        )
        {
            Family = "olmoe",
        };
}
