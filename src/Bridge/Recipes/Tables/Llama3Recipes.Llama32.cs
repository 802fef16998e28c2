using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

public static partial class Llama3Recipes
{
    /// <summary>Upstream's <c>llama32_1b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama32_1BPeft() =>
        new(
            RecipeMode.Peft,
            "llama32_1b_peft",
            LlamaModels.Llama32_1B,
            """
            model: seq_length=4096 pipeline_dtype=null cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=false
            model: cross_entropy_fusion_impl=native offload_modules=null
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: use_distributed_optimizer=false
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Llama-3.2-1B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama32_1b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama32_1BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama32_1b_pretrain",
            LlamaModels.Llama32_1B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=8192 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama32_1b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama32_1BSft() =>
        new(
            RecipeMode.Sft,
            "llama32_1b_sft",
            LlamaModels.Llama32_1B,
            """
            use: te_kernels
            model: seq_length=4096 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Llama-3.2-1B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama32_3b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama32_3BPeft() =>
        new(
            RecipeMode.Peft,
            "llama32_3b_peft",
            LlamaModels.Llama32_3B,
            """
            model: seq_length=4096 pipeline_dtype=null cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=false
            model: cross_entropy_fusion_impl=native offload_modules=null
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: use_distributed_optimizer=false
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Llama-3.2-3B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama32_3b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama32_3BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama32_3b_pretrain",
            LlamaModels.Llama32_3B,
            """
            use: te_kernels
            model: pipeline_dtype=null seq_length=8192 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama32_3b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama32_3BSft() =>
        new(
            RecipeMode.Sft,
            "llama32_3b_sft",
            LlamaModels.Llama32_3B,
            """
            use: te_kernels
            model: seq_length=4096 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Llama-3.2-3B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };
}
