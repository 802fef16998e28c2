using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of llama3.</summary>
public static partial class Llama3Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Llama31_405BPeft,
        Llama31_405BPretrain,
        Llama31_405BPretrainDeterministic,
        Llama31_405BSft,
        Llama31_70BPeft,
        Llama31_70BPretrain,
        Llama31_70BSft,
        Llama31_8BPeft,
        Llama31_8BPretrain,
        Llama31_8BSft,
        Llama32_1BPeft,
        Llama32_1BPretrain,
        Llama32_1BSft,
        Llama32_3BPeft,
        Llama32_3BPretrain,
        Llama32_3BSft,
        Llama3_70B16KPretrain,
        Llama3_70B64KPretrain,
        Llama3_70BPeft,
        Llama3_70BPretrain,
        Llama3_70BPretrainDeterministic,
        Llama3_70BSft,
        Llama3_8B128KPretrain,
        Llama3_8B16KPretrain,
        Llama3_8B64KPretrain,
        Llama3_8BLowPrecisionPretrain,
        Llama3_8BPeft,
        Llama3_8BPretrain,
        Llama3_8BPretrain2GpuH100Fp8Mx,
        Llama3_8BPretrain2GpuH100Nvfp4,
        Llama3_8BSft,
    ];

    /// <summary>Upstream's <c>llama31_405b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama31_405BPeft() =>
        new(
            RecipeMode.Peft,
            "llama31_405b_peft",
            LlamaModels.Llama31_405B,
            """
            use: bf16
            model: seq_length=2048 tensor_model_parallel_size=4 pipeline_model_parallel_size=8 pipeline_dtype=null
            model: virtual_pipeline_model_parallel_size=8 sequence_parallel=true account_for_embedding_in_pipeline_split=true
            model: account_for_loss_in_pipeline_split=true cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=false
            model: cross_entropy_fusion_impl=native offload_modules=null
            train: global_batch_size=32 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: use_distributed_optimizer=false
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3.1-405B
            peft: target_modules=["linear_qkv"] dim=16
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_405b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama31_405BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama31_405b_pretrain",
            LlamaModels.Llama31_405B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=8 pipeline_dtype=bfloat16
            model: virtual_pipeline_model_parallel_size=2 context_parallel_size=4 sequence_parallel=true seq_length=131072
            model: account_for_embedding_in_pipeline_split=true account_for_loss_in_pipeline_split=true cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=131072
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            use: user_buffers_2
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_405b_pretrain_deterministic_config</c>: from the first token.</summary>
    public static Recipe Llama31_405BPretrainDeterministic() =>
        new(
            RecipeMode.Pretrain,
            "llama31_405b_pretrain_deterministic",
            LlamaModels.Llama31_405B,
            """
            use: bf16
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=8 pipeline_dtype=bfloat16
            model: virtual_pipeline_model_parallel_size=2 context_parallel_size=4 sequence_parallel=true seq_length=131072
            model: account_for_embedding_in_pipeline_split=true account_for_loss_in_pipeline_split=true cuda_graph_scope=full
            model: attention_backend=null cross_entropy_loss_fusion=false cross_entropy_fusion_impl=te offload_modules=null
            model: deterministic_mode=true
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            dataset: num_workers=8 seq_length=131072
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            env_vars: CUBLAS_WORKSPACE_CONFIG=:4096:8 NCCL_ALGO=Ring NVTE_ALLOW_NONDETERMINISTIC_ALGO=0
            use: user_buffers_2
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_405b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama31_405BSft() =>
        new(
            RecipeMode.Sft,
            "llama31_405b_sft",
            LlamaModels.Llama31_405B,
            """
            use: te_kernels bf16
            model: seq_length=2048 tensor_model_parallel_size=8 pipeline_model_parallel_size=16 pipeline_dtype=null sequence_parallel=true
            model: account_for_embedding_in_pipeline_split=true account_for_loss_in_pipeline_split=true cross_entropy_fusion_impl=native
            train: global_batch_size=16 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false overlap_grad_reduce=true overlap_param_gather=true average_in_collective=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            comm_overlap: defer_embedding_wgrad_compute=true wgrad_deferral_limit=22
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3.1-405B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_70b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama31_70BPeft() =>
        new(
            RecipeMode.Peft,
            "llama31_70b_peft",
            LlamaModels.Llama31_70B,
            """
            model: seq_length=4096 tensor_model_parallel_size=8 pipeline_dtype=null cuda_graph_scope=full attention_backend=null
            model: cross_entropy_loss_fusion=false cross_entropy_fusion_impl=native offload_modules=null
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: use_distributed_optimizer=false
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3.1-70B
            peft: dim=16
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_70b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama31_70BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama31_70b_pretrain",
            LlamaModels.Llama31_70B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16
            model: virtual_pipeline_model_parallel_size=5 context_parallel_size=2 sequence_parallel=true seq_length=131072
            model: cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=131072
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            use: user_buffers_3
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_70b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama31_70BSft() =>
        new(
            RecipeMode.Sft,
            "llama31_70b_sft",
            LlamaModels.Llama31_70B,
            """
            use: te_kernels
            model: seq_length=4096 tensor_model_parallel_size=8 pipeline_model_parallel_size=4 pipeline_dtype=null
            model: cross_entropy_fusion_impl=native
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3.1-70B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama31_8BPeft() =>
        new(
            RecipeMode.Peft,
            "llama31_8b_peft",
            LlamaModels.Llama31_8B,
            """
            model: seq_length=4096 pipeline_dtype=null cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=false
            model: cross_entropy_fusion_impl=native offload_modules=null
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: use_distributed_optimizer=false
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3.1-8B
            peft: dim=8 alpha=16
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama31_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama31_8BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama31_8b_pretrain",
            LlamaModels.Llama31_8B,
            """
            use: te_kernels
            model: pipeline_dtype=null context_parallel_size=2 seq_length=8192 cross_entropy_fusion_impl=te
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

    /// <summary>Upstream's <c>llama31_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama31_8BSft() =>
        new(
            RecipeMode.Sft,
            "llama31_8b_sft",
            LlamaModels.Llama31_8B,
            """
            use: te_kernels
            model: seq_length=4096 tensor_model_parallel_size=2 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3.1-8B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };
}
