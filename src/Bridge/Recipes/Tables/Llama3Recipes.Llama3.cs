using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

public static partial class Llama3Recipes
{
    /// <summary>Upstream's <c>llama3_70b_16k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_70B16KPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_70b_16k_pretrain",
            LlamaModels.Llama3_70B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 context_parallel_size=2
            model: sequence_parallel=true seq_length=16384 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=16384
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            use: user_buffers_3
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_70b_64k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_70B64KPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_70b_64k_pretrain",
            LlamaModels.Llama3_70B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 context_parallel_size=8
            model: sequence_parallel=true seq_length=65536 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=65536
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            use: user_buffers_3
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_70b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama3_70BPeft() =>
        new(
            RecipeMode.Peft,
            "llama3_70b_peft",
            LlamaModels.Llama3_70B,
            """
            model: seq_length=4096 tensor_model_parallel_size=8 pipeline_dtype=null cuda_graph_scope=full attention_backend=null
            model: cross_entropy_loss_fusion=false cross_entropy_fusion_impl=native offload_modules=null
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: use_distributed_optimizer=false
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3-70B
            peft: dim=16
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_70b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_70BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_70b_pretrain",
            LlamaModels.Llama3_70B,
            """
            use: te_kernels bf16
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16
            model: virtual_pipeline_model_parallel_size=5 context_parallel_size=2 sequence_parallel=true seq_length=8192
            model: cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            use: user_buffers_3
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_70b_pretrain_deterministic_config</c>: from the first token.</summary>
    public static Recipe Llama3_70BPretrainDeterministic() =>
        new(
            RecipeMode.Pretrain,
            "llama3_70b_pretrain_deterministic",
            LlamaModels.Llama3_70B,
            """
            use: bf16
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16
            model: virtual_pipeline_model_parallel_size=5 context_parallel_size=2 sequence_parallel=true seq_length=8192
            model: cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=false cross_entropy_fusion_impl=te
            model: offload_modules=null deterministic_mode=true
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            env_vars: CUBLAS_WORKSPACE_CONFIG=:4096:8 NCCL_ALGO=Ring NVTE_ALLOW_NONDETERMINISTIC_ALGO=0
            use: user_buffers_3
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_70b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama3_70BSft() =>
        new(
            RecipeMode.Sft,
            "llama3_70b_sft",
            LlamaModels.Llama3_70B,
            """
            use: te_kernels
            model: seq_length=4096 tensor_model_parallel_size=8 pipeline_model_parallel_size=4 pipeline_dtype=null
            model: cross_entropy_fusion_impl=native
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3-70B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_128k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8B128KPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_8b_128k_pretrain",
            LlamaModels.Llama3_8B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 context_parallel_size=8
            model: sequence_parallel=true seq_length=131072 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=131072
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_16k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8B16KPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_8b_16k_pretrain",
            LlamaModels.Llama3_8B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 context_parallel_size=2
            model: sequence_parallel=true seq_length=16384 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=16384
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_64k_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8B64KPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_8b_64k_pretrain",
            LlamaModels.Llama3_8B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=2 pipeline_dtype=bfloat16 context_parallel_size=4
            model: sequence_parallel=true seq_length=65536 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=65536
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_low_precision_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BLowPrecisionPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_8b_low_precision_pretrain",
            LlamaModels.Llama3_8B,
            """
            use: te_kernels
            model: pipeline_dtype=null context_parallel_size=2 seq_length=8192 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251
            validation: eval_interval=2000
            optimizer: lr=0.0006 min_lr=6e-06
            scheduler: lr_warmup_iters=2000
            mixed_precision: _target_=megatron.bridge.training.mixed_precision.MixedPrecisionConfig bf16=true params_dtype=bfloat16
            mixed_precision: pipeline_dtype=bfloat16 fp8=hybrid first_last_layers_bf16=true fp8_param=true fp8_param_gather=true
            mixed_precision: fp4_param=false num_layers_at_start_in_bf16=1 num_layers_at_end_in_bf16=1
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Llama3_8BPeft() =>
        new(
            RecipeMode.Peft,
            "llama3_8b_peft",
            LlamaModels.Llama3_8B,
            """
            model: seq_length=4096 pipeline_dtype=null cuda_graph_scope=full attention_backend=null cross_entropy_loss_fusion=false
            model: cross_entropy_fusion_impl=native offload_modules=null
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            optimizer: use_distributed_optimizer=false
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3-8B
            peft: dim=8 alpha=16
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama3_8b_pretrain",
            LlamaModels.Llama3_8B,
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

    /// <summary>Upstream's <c>llama3_8b_pretrain_2gpu_h100_fp8mx_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BPretrain2GpuH100Fp8Mx() =>
        new(
            RecipeMode.Pretrain,
            "llama3_8b_pretrain_2gpu_h100_fp8mx",
            LlamaModels.Llama3_8B,
            """
            use: te_kernels
            model: pipeline_dtype=null context_parallel_size=2 seq_length=8192 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251
            validation: eval_interval=2000
            optimizer: lr=0.0006 min_lr=6e-06
            scheduler: lr_warmup_iters=2000
            mixed_precision: _target_=megatron.bridge.training.mixed_precision.MixedPrecisionConfig bf16=true params_dtype=bfloat16
            mixed_precision: pipeline_dtype=bfloat16 fp8=e4m3 fp8_recipe=mxfp8 fp8_param=true fp8_param_gather=true fp4_param=false
            mixed_precision: reuse_grad_buf_for_mxfp8_param_ag=true
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_pretrain_2gpu_h100_nvfp4_config</c>: from the first token.</summary>
    public static Recipe Llama3_8BPretrain2GpuH100Nvfp4() =>
        new(
            RecipeMode.Pretrain,
            "llama3_8b_pretrain_2gpu_h100_nvfp4",
            LlamaModels.Llama3_8B,
            """
            use: te_kernels
            model: pipeline_dtype=null context_parallel_size=2 seq_length=8192 cross_entropy_fusion_impl=te
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251
            validation: eval_interval=2000
            optimizer: lr=0.0006 min_lr=6e-06
            scheduler: lr_warmup_iters=2000
            mixed_precision: _target_=megatron.bridge.training.mixed_precision.MixedPrecisionConfig bf16=true params_dtype=bfloat16
            mixed_precision: pipeline_dtype=bfloat16 first_last_layers_bf16=true fp8_param=false fp4=e2m1 fp4_param=true
            mixed_precision: fp4_param_gather=true num_layers_at_end_in_bf16=4
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "llama3",
        };

    /// <summary>Upstream's <c>llama3_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Llama3_8BSft() =>
        new(
            RecipeMode.Sft,
            "llama3_8b_sft",
            LlamaModels.Llama3_8B,
            """
            use: te_kernels
            model: seq_length=4096 tensor_model_parallel_size=2 pipeline_dtype=null cross_entropy_fusion_impl=native
            train: global_batch_size=8 manual_gc=true manual_gc_interval=100 manual_gc_eval=100
            validation: eval_interval=30
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=4096 offline_packing_specs.packed_sequence_size=4096
            tokenizer: tokenizer_model=meta-llama/Meta-Llama-3-8B
            checkpoint: save_interval=50
            """
        )
        {
            Family = "llama3",
        };
}
