using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of qwen2.</summary>
public static partial class Qwen2Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Qwen25_14BPeft,
        Qwen25_14BPretrain,
        Qwen25_14BSft,
        Qwen25_1P5BPeft,
        Qwen25_1P5BPretrain,
        Qwen25_1P5BSft,
        Qwen25_32BPeft,
        Qwen25_32BPretrain,
        Qwen25_32BSft,
        Qwen25_500MPeft,
        Qwen25_500MPretrain,
        Qwen25_500MSft,
        Qwen25_72BPeft,
        Qwen25_72BPretrain,
        Qwen25_72BSft,
        Qwen25_7BPeft,
        Qwen25_7BPretrain,
        Qwen25_7BSft,
        Qwen2_1P5BPeft,
        Qwen2_1P5BPretrain,
        Qwen2_1P5BSft,
        Qwen2_500MPeft,
        Qwen2_500MPretrain,
        Qwen2_500MSft,
        Qwen2_72BPeft,
        Qwen2_72BPretrain,
        Qwen2_72BSft,
        Qwen2_7BPeft,
        Qwen2_7BPretrain,
        Qwen2_7BSft,
    ];

    /// <summary>Upstream's <c>qwen25_14b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_14BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen25_14b_peft",
            Qwen2Models.Qwen25_14B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2.5-14B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_1p5b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_1P5BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen25_1p5b_peft",
            Qwen2Models.Qwen25_1p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2.5-1.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_32b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_32BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen25_32b_peft",
            Qwen2Models.Qwen25_32B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2.5-32B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_500m_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_500MPeft() =>
        new(
            RecipeMode.Peft,
            "qwen25_500m_peft",
            Qwen2Models.Qwen25_0p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2.5-0.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_72b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_72BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen25_72b_peft",
            Qwen2Models.Qwen25_72B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2.5-72B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen25_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen25_7BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen25_7b_peft",
            Qwen2Models.Qwen25_7B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2.5-7B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_1p5b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_1P5BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen2_1p5b_peft",
            Qwen2Models.Qwen2_1p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2-1.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_500m_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_500MPeft() =>
        new(
            RecipeMode.Peft,
            "qwen2_500m_peft",
            Qwen2Models.Qwen2_0p5B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2-0.5B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_72b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_72BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen2_72b_peft",
            Qwen2Models.Qwen2_72B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2-72B
            """
        )
        {
            Family = "qwen2",
        };

    /// <summary>Upstream's <c>qwen2_7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen2_7BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen2_7b_peft",
            Qwen2Models.Qwen2_7B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: train_iters=100
            validation: eval_iters=10 eval_interval=50
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            tokenizer: tokenizer_model=Qwen/Qwen2-7B
            """
        )
        {
            Family = "qwen2",
        };
}
