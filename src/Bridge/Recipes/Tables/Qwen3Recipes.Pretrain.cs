using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

public static partial class Qwen3Recipes
{
    /// <summary>Upstream's <c>qwen3_14b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_14BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_14b_pretrain",
            Qwen3Models.Qwen3_14B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=te
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-14B
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_1p7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_1P7BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_1p7b_pretrain",
            Qwen3Models.Qwen3_1p7B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=te
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-1.7B
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_32b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_32BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_32b_pretrain",
            Qwen3Models.Qwen3_32B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 seq_length=4096
            model: init_method_std=0.02 cross_entropy_fusion_impl=te recompute_granularity=full recompute_method=uniform
            model: recompute_num_layers=1
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-32B
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_4b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_4BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_4b_pretrain",
            Qwen3Models.Qwen3_4B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=te
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-4B
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_600m_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_600MPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_600m_pretrain",
            Qwen3Models.Qwen3_0p6B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=te
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-0.6B
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Qwen3_8BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_8b_pretrain",
            Qwen3Models.Qwen3_8B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=1024 train_iters=100
            optimizer: use_precision_aware_optimizer=true
            scheduler: lr_decay_iters=100 lr_warmup_iters=40
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-8B hf_tokenizer_kwargs={"revision":"b968826d9c46dd6066d109eabc6255188de91218"}
            checkpoint: save_interval=50 load=null
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_8b_pretrain_4gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Qwen3_8BPretrain4GpuH100Bf16() =>
        new(
            RecipeMode.Pretrain,
            "qwen3_8b_pretrain_4gpu_h100_bf16",
            Qwen3Models.Qwen3_8B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=4 pipeline_dtype=null seq_length=4096 init_method_std=0.02 cross_entropy_fusion_impl=te
            dataset: num_workers=8
            tokenizer: tokenizer_model=Qwen/Qwen3-8B hf_tokenizer_kwargs={"revision":"b968826d9c46dd6066d109eabc6255188de91218"}
            """
        )
        {
            Family = "qwen3",
        };
}
