using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of gemma2.</summary>
public static class Gemma2Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Gemma2_27BPeft,
        Gemma2_27BPretrain,
        Gemma2_27BSft,
        Gemma2_2BPeft,
        Gemma2_2BPretrain,
        Gemma2_2BSft,
        Gemma2_9BPeft,
        Gemma2_9BPretrain,
        Gemma2_9BSft,
    ];

    /// <summary>Upstream's <c>gemma2_27b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma2_27BPeft() =>
        new(
            RecipeMode.Peft,
            "gemma2_27b_peft",
            GemmaModels.Gemma2_27B,
            """
            use: te_kernels bf16
            model: seq_length=2048 tensor_model_parallel_size=4 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95 use_distributed_optimizer=false
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=google/gemma-2-27b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_27b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma2_27BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "gemma2_27b_pretrain",
            GemmaModels.Gemma2_27B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 seq_length=4096
            model: cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: tokenizer_model=google/gemma-2-27b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_27b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma2_27BSft() =>
        new(
            RecipeMode.Sft,
            "gemma2_27b_sft",
            GemmaModels.Gemma2_27B,
            """
            use: te_kernels bf16
            model: seq_length=2048 tensor_model_parallel_size=8 pipeline_model_parallel_size=2 pipeline_dtype=null
            model: cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=google/gemma-2-27b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_2b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma2_2BPeft() =>
        new(
            RecipeMode.Peft,
            "gemma2_2b_peft",
            GemmaModels.Gemma2_2B,
            """
            use: te_kernels bf16
            model: seq_length=2048 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95 use_distributed_optimizer=false
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=google/gemma-2-2b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_2b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma2_2BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "gemma2_2b_pretrain",
            GemmaModels.Gemma2_2B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=4096 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: tokenizer_model=google/gemma-2-2b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_2b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma2_2BSft() =>
        new(
            RecipeMode.Sft,
            "gemma2_2b_sft",
            GemmaModels.Gemma2_2B,
            """
            use: te_kernels bf16
            model: seq_length=2048 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=google/gemma-2-2b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_9b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Gemma2_9BPeft() =>
        new(
            RecipeMode.Peft,
            "gemma2_9b_peft",
            GemmaModels.Gemma2_9B,
            """
            use: te_kernels bf16
            model: seq_length=2048 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95 use_distributed_optimizer=false
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=google/gemma-2-9b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_9b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma2_9BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "gemma2_9b_pretrain",
            GemmaModels.Gemma2_9B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_dtype=bfloat16 seq_length=4096 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: tokenizer_model=google/gemma-2-9b
            """
        )
        {
            Family = "gemma2",
        };

    /// <summary>Upstream's <c>gemma2_9b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Gemma2_9BSft() =>
        new(
            RecipeMode.Sft,
            "gemma2_9b_sft",
            GemmaModels.Gemma2_9B,
            """
            use: te_kernels bf16
            model: seq_length=2048 tensor_model_parallel_size=4 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=google/gemma-2-9b
            """
        )
        {
            Family = "gemma2",
        };
}
