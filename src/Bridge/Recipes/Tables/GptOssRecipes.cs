using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of gpt_oss.</summary>
public static class GptOssRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        GptOss120BPeft,
        GptOss120BPretrain,
        GptOss120BSft,
        GptOss120BSft32K,
        GptOss20BPeft,
        GptOss20BPeft1GpuH100Fp8Cs,
        GptOss20BPeftMxfp8,
        GptOss20BPretrain,
        GptOss20BPretrain16GpuH100Fp8Cs,
        GptOss20BPretrainMxfp8,
        GptOss20BSft32K,
        GptOss20BSft,
        GptOss20BSftOpenmathinstruct2ThinkingPacked,
        GptOss20BSft8GpuH100Fp8Cs,
        GptOss20BSftMxfp8,
    ];

    /// <summary>Upstream's <c>gpt_oss_120b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss120BPeft() =>
        new(
            RecipeMode.Peft,
            "gpt_oss_120b_peft",
            GptOssModels.GptOss_120B,
            """
            use: te_kernels moe_kernels
            model: seq_length=2048 pipeline_dtype=bfloat16 expert_model_parallel_size=8 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=native
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-120b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_120b_pretrain_config</c>: from the first token.</summary>
    public static Recipe GptOss120BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "gpt_oss_120b_pretrain",
            GptOssModels.GptOss_120B,
            """
            use: te_kernels moe_kernels
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 expert_model_parallel_size=16
            model: expert_tensor_parallel_size=1 sequence_parallel=true seq_length=4096 cp_comm_type=a2a calculate_per_token_loss=true
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16
            model: cross_entropy_fusion_impl=native
            train: micro_batch_size=1 global_batch_size=512 train_iters=1000000
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_120b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss120BSft() =>
        new(
            RecipeMode.Sft,
            "gpt_oss_120b_sft",
            GptOssModels.GptOss_120B,
            """
            use: te_kernels moe_kernels
            model: seq_length=2048 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 expert_model_parallel_size=8
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16
            model: cross_entropy_fusion_impl=native
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-120b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_120b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss120BSft32K() =>
        new(
            RecipeMode.Sft,
            "gpt_oss_120b_sft_32k",
            GptOssModels.GptOss_120B,
            """
            use: moe_kernels
            model: seq_length=32768 tensor_model_parallel_size=2 pipeline_model_parallel_size=6 pipeline_dtype=bfloat16
            model: context_parallel_size=4 expert_model_parallel_size=4 sequence_parallel=true moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cuda_graph_scope=full attention_backend=null
            model: cross_entropy_loss_fusion=false cross_entropy_fusion_impl=native recompute_granularity=selective
            model: recompute_modules=["moe_act"] offload_modules=null cp_comm_type=a2a calculate_per_token_loss=true
            model: bias_activation_fusion=false
            train: global_batch_size=4
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=32768 offline_packing_specs.packed_sequence_size=32768 offline_packing_specs.pad_seq_to_mult=8
            tokenizer: tokenizer_model=openai/gpt-oss-120b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss20BPeft() =>
        new(
            RecipeMode.Peft,
            "gpt_oss_20b_peft",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels moe_kernels
            model: seq_length=2048 pipeline_dtype=bfloat16 moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep
            model: moe_hybridep_num_sms=16 cross_entropy_fusion_impl=native
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_peft_1gpu_h100_fp8cs_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss20BPeft1GpuH100Fp8Cs() =>
        new(
            RecipeMode.Peft,
            "gpt_oss_20b_peft_1gpu_h100_fp8cs",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels
            model: seq_length=2048 pipeline_dtype=bfloat16 moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep
            model: moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true moe_grouped_gemm=true
            model: cross_entropy_fusion_impl=native moe_router_padding_for_fp8=true moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false
            root: mixed_precision=bf16_with_fp8_current_scaling_mixed
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_peft_mxfp8_config</c>: adapters, on examples.</summary>
    public static Recipe GptOss20BPeftMxfp8() =>
        new(
            RecipeMode.Peft,
            "gpt_oss_20b_peft_mxfp8",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels
            model: seq_length=2048 pipeline_dtype=bfloat16 moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep
            model: moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true moe_grouped_gemm=true
            model: cross_entropy_fusion_impl=native moe_router_padding_for_fp8=true moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false
            validation: eval_interval=50
            mixed_precision: _target_=megatron.bridge.training.mixed_precision.MixedPrecisionConfig bf16=true params_dtype=bfloat16
            mixed_precision: pipeline_dtype=bfloat16 fp8=e4m3 fp8_recipe=mxfp8 fp8_param=true fp8_param_gather=true fp4_param=false
            mixed_precision: reuse_grad_buf_for_mxfp8_param_ag=true
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_pretrain_config</c>: from the first token.</summary>
    public static Recipe GptOss20BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "gpt_oss_20b_pretrain",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels moe_kernels
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 expert_model_parallel_size=4
            model: expert_tensor_parallel_size=1 sequence_parallel=true seq_length=4096 cp_comm_type=a2a calculate_per_token_loss=true
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16
            model: cross_entropy_fusion_impl=native
            train: micro_batch_size=1 global_batch_size=512 train_iters=1000000
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_pretrain_16gpu_h100_fp8cs_config</c>: from the first token.</summary>
    public static Recipe GptOss20BPretrain16GpuH100Fp8Cs() =>
        new(
            RecipeMode.Pretrain,
            "gpt_oss_20b_pretrain_16gpu_h100_fp8cs",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 expert_model_parallel_size=4
            model: expert_tensor_parallel_size=1 sequence_parallel=true seq_length=4096 cp_comm_type=a2a calculate_per_token_loss=true
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false
            model: moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_fusion_impl=native moe_router_padding_for_fp8=true
            model: moe_shared_expert_overlap=false moe_router_force_load_balancing=false
            root: mixed_precision=bf16_with_fp8_current_scaling_mixed
            train: micro_batch_size=1 global_batch_size=512 train_iters=1000000
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_pretrain_mxfp8_config</c>: from the first token.</summary>
    public static Recipe GptOss20BPretrainMxfp8() =>
        new(
            RecipeMode.Pretrain,
            "gpt_oss_20b_pretrain_mxfp8",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_model_parallel_size=4 pipeline_dtype=bfloat16 expert_model_parallel_size=4
            model: expert_tensor_parallel_size=1 sequence_parallel=true seq_length=4096 cp_comm_type=a2a calculate_per_token_loss=true
            model: moe_token_dispatcher_type=alltoall moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false
            model: moe_permute_fusion=true moe_grouped_gemm=true cross_entropy_fusion_impl=native moe_router_padding_for_fp8=true
            model: moe_shared_expert_overlap=false moe_router_force_load_balancing=false
            train: micro_batch_size=1 global_batch_size=512 train_iters=1000000
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            mixed_precision: _target_=megatron.bridge.training.mixed_precision.MixedPrecisionConfig bf16=true params_dtype=bfloat16
            mixed_precision: pipeline_dtype=bfloat16 fp8=e4m3 fp8_recipe=mxfp8 fp8_param=true fp8_param_gather=true fp4_param=false
            mixed_precision: reuse_grad_buf_for_mxfp8_param_ag=true
            ddp: average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSft32K() =>
        new(
            RecipeMode.Sft,
            "gpt_oss_20b_sft_32k",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels moe_kernels
            model: seq_length=32768 pipeline_dtype=bfloat16 expert_model_parallel_size=8 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=native
            train: global_batch_size=32
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            dataset: seq_length=32768 offline_packing_specs.packed_sequence_size=32768
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSft() =>
        new(
            RecipeMode.Sft,
            "gpt_oss_20b_sft",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels moe_kernels
            model: seq_length=2048 pipeline_dtype=bfloat16 expert_model_parallel_size=8 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=native
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_sft_openmathinstruct2_thinking_packed_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSftOpenmathinstruct2ThinkingPacked() =>
        new(
            RecipeMode.Sft,
            "gpt_oss_20b_sft_openmathinstruct2_thinking_packed",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels moe_kernels
            model: seq_length=4096 pipeline_dtype=bfloat16 expert_model_parallel_size=8 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 cross_entropy_fusion_impl=native
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            dataset: num_workers=2 seq_length=4096 hf_dataset.dataset_name=openmathinstruct2_thinking hf_validation_proportion=0.05
            dataset: preprocessing._target_=megatron.bridge.data.sft_processing.ChatSFTPreprocessingConfig
            dataset: offline_packing_specs.packed_sequence_size=4096 dataset_kwargs=null
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_sft_8gpu_h100_fp8cs_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSft8GpuH100Fp8Cs() =>
        new(
            RecipeMode.Sft,
            "gpt_oss_20b_sft_8gpu_h100_fp8cs",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels
            model: seq_length=2048 pipeline_dtype=bfloat16 expert_model_parallel_size=8 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true
            model: moe_grouped_gemm=true cross_entropy_fusion_impl=native moe_router_padding_for_fp8=true moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false
            root: mixed_precision=bf16_with_fp8_current_scaling_mixed
            validation: eval_interval=50
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };

    /// <summary>Upstream's <c>gpt_oss_20b_sft_mxfp8_config</c>: all weights, on examples.</summary>
    public static Recipe GptOss20BSftMxfp8() =>
        new(
            RecipeMode.Sft,
            "gpt_oss_20b_sft_mxfp8",
            GptOssModels.GptOss_20B,
            """
            use: te_kernels bf16
            model: seq_length=2048 pipeline_dtype=bfloat16 expert_model_parallel_size=8 moe_token_dispatcher_type=alltoall
            model: moe_flex_dispatcher_backend=deepep moe_hybridep_num_sms=16 moe_router_fusion=false moe_permute_fusion=true
            model: moe_grouped_gemm=true cross_entropy_fusion_impl=native moe_router_padding_for_fp8=true moe_shared_expert_overlap=false
            model: moe_router_force_load_balancing=false
            validation: eval_interval=50
            mixed_precision: fp8=e4m3 fp8_recipe=mxfp8
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=openai/gpt-oss-20b
            checkpoint: save_interval=250
            """
        )
        {
            Family = "gpt_oss",
        };
}
