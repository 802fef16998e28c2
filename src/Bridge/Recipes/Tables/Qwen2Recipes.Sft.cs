using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

public static partial class Qwen2Recipes
{
    /// <summary>Upstream's <c>qwen25_14b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_14BSft() =>
        new(
            RecipeMode.Sft,
            "qwen25_14b_sft",
            Qwen2Models.Qwen25_14B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2.5-14B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_1p5b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_1P5BSft() =>
        new(
            RecipeMode.Sft,
            "qwen25_1p5b_sft",
            Qwen2Models.Qwen25_1p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2.5-1.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_32b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_32BSft() =>
        new(
            RecipeMode.Sft,
            "qwen25_32b_sft",
            Qwen2Models.Qwen25_32B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=2 pipeline_dtype=null seq_length=2048
            model: cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2.5-32B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_500m_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_500MSft() =>
        new(
            RecipeMode.Sft,
            "qwen25_500m_sft",
            Qwen2Models.Qwen25_0p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2.5-0.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_72b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_72BSft() =>
        new(
            RecipeMode.Sft,
            "qwen25_72b_sft",
            Qwen2Models.Qwen25_72B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=4 pipeline_dtype=null seq_length=2048
            model: cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2.5-72B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen25_7BSft() =>
        new(
            RecipeMode.Sft,
            "qwen25_7b_sft",
            Qwen2Models.Qwen25_7B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2.5-7B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_1p5b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_1P5BSft() =>
        new(
            RecipeMode.Sft,
            "qwen2_1p5b_sft",
            Qwen2Models.Qwen2_1p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2-1.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_500m_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_500MSft() =>
        new(
            RecipeMode.Sft,
            "qwen2_500m_sft",
            Qwen2Models.Qwen2_0p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2-0.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_72b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_72BSft() =>
        new(
            RecipeMode.Sft,
            "qwen2_72b_sft",
            Qwen2Models.Qwen2_72B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=4 pipeline_dtype=null seq_length=2048
            model: cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2-72B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_7b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Qwen2_7BSft() =>
        new(
            RecipeMode.Sft,
            "qwen2_7b_sft",
            Qwen2Models.Qwen2_7B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true use_distributed_optimizer=true
            ddp: average_in_collective=true
            tokenizer: tokenizer_model=Qwen/Qwen2-7B
            """
        )
        {
            Family = "qwen2",
        };
}
