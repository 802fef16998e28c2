using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of qwen3.</summary>
public static partial class Qwen3Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Qwen3_14BPeft,
        Qwen3_14BPretrain,
        Qwen3_14BSft,
        Qwen3_1P7BPeft,
        Qwen3_1P7BPretrain,
        Qwen3_1P7BSft,
        Qwen3_32BPeft,
        Qwen3_32BPretrain,
        Qwen3_32BSft,
        Qwen3_4BPeft,
        Qwen3_4BPretrain,
        Qwen3_4BSft,
        Qwen3_600MPeft,
        Qwen3_600MPretrain,
        Qwen3_600MSft128K,
        Qwen3_600MSft,
        Qwen3_600MSftYarn128K,
        Qwen3_8BPeft,
        Qwen3_8BPretrain,
        Qwen3_8BPretrain4GpuH100Bf16,
        Qwen3_8BSft32K,
        Qwen3_8BSft,
    ];

    /// <summary>Upstream's <c>qwen3_14b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_14BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_14b_peft",
            Qwen3Models.Qwen3_14B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-14B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_1p7b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_1P7BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_1p7b_peft",
            Qwen3Models.Qwen3_1p7B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-1.7B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_32b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_32BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_32b_peft",
            Qwen3Models.Qwen3_32B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native recompute_granularity=full
            model: recompute_method=uniform recompute_num_layers=1
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-32B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_4BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_4b_peft",
            Qwen3Models.Qwen3_4B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-4B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_600m_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_600MPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_600m_peft",
            Qwen3Models.Qwen3_0p6B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=8
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=Qwen/Qwen3-0.6B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "qwen3",
        };

    /// <summary>Upstream's <c>qwen3_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Qwen3_8BPeft() =>
        new(
            RecipeMode.Peft,
            "qwen3_8b_peft",
            Qwen3Models.Qwen3_8B,
            """
            use: te_kernels bf16
            model: pipeline_dtype=null seq_length=2048 cross_entropy_fusion_impl=native
            train: global_batch_size=32 train_iters=100
            validation: eval_interval=30
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: use_distributed_optimizer=true
            dataset: seed=1234 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=Qwen/Qwen3-8B hf_tokenizer_kwargs={"revision":"b968826d9c46dd6066d109eabc6255188de91218"}
            peft: target_modules=["linear_qkv","linear_proj"] dim=8 alpha=16
            checkpoint: load=null
            """
        )
        {
            Family = "qwen3",
        };
}
