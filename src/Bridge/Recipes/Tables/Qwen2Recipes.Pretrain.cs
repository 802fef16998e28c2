using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

public static partial class Qwen2Recipes
{
    /// <summary>Upstream's <c>qwen25_14b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_14BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen25_14b_pretrain",
            Qwen2Models.Qwen25_14B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=4 pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_1p5b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_1P5BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen25_1p5b_pretrain",
            Qwen2Models.Qwen25_1p5B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_32b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_32BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen25_32b_pretrain",
            Qwen2Models.Qwen25_32B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 seq_length=4096
            model: init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_500m_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_500MPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen25_500m_pretrain",
            Qwen2Models.Qwen25_0p5B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_72b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_72BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen25_72b_pretrain",
            Qwen2Models.Qwen25_72B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 seq_length=4096
            model: init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen25_7BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen25_7b_pretrain",
            Qwen2Models.Qwen25_7B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false average_in_collective=false
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_1p5b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_1P5BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen2_1p5b_pretrain",
            Qwen2Models.Qwen2_1p5B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false check_for_nan_in_grad=false
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_500m_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_500MPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen2_500m_pretrain",
            Qwen2Models.Qwen2_0p5B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false check_for_nan_in_grad=false
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_72b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_72BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen2_72b_pretrain",
            Qwen2Models.Qwen2_72B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 seq_length=4096
            model: init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false check_for_nan_in_grad=false
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen2_7BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen2_7b_pretrain",
            Qwen2Models.Qwen2_7B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=native
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=false overlap_param_gather=false check_for_nan_in_grad=false
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "qwen2",
        };
}
