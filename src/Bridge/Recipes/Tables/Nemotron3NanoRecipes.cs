using MegatronBridge.Config.Schema;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of nemotron_3_nano.</summary>
public static class Nemotron3NanoRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Nemotron3_5LightningPretrain8K,
        Nemotron3_5LightningPretrain8KFsdp,
        Nemotron3_5LightningPretrain,
        Nemotron3NanoPretrain,
    ];

    /// <summary>Upstream's <c>nemotron_3_5_lightning_pretrain_8k_config</c>: from the first token.</summary>
    public static Recipe Nemotron3_5LightningPretrain8K() =>
        new(
            RecipeMode.Pretrain,
            "nemotron_3_5_lightning_pretrain_8k",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: expert_model_parallel_size=8 expert_tensor_parallel_size=1 use_te_rng_tracker=true cross_entropy_fusion_impl=te
            model: pipeline_dtype=bfloat16 num_layers=52 mtp_num_layers=2 mtp_loss_scaling_factor=0.3 mtp_use_repeated_layer=true
            model: mtp_hybrid_override_pattern=*E hidden_size=2688 num_attention_heads=32 attention_backend=fused num_query_groups=2
            model: ffn_hidden_size=1856 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} num_moe_experts=128
            model: init_method_std=0.0173 attention_softmax_in_fp32=false masked_softmax_fusion=true persist_layer_norm=true
            model: use_fused_weighted_squared_relu=true first_last_layers_bf16=true moe_shared_expert_intermediate_size=3712
            model: moe_ffn_hidden_size=1856 moe_router_load_balancing_type=seq_aux_loss moe_router_topk=6 moe_router_num_groups=1
            model: moe_router_group_topk=1 moe_router_topk_scaling_factor=2.5 moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=hybridep moe_permute_fusion=true moe_hybridep_num_sms=16 cuda_graph_modules=[]
            model: is_hybrid_model=true mamba_num_heads=64 offload_modules=null
            model: hybrid_layer_pattern=MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME
            model: hf_model_id=nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16
            model: hf_model_revision=b3caaabed0263651a17dc1f2d4ce97e794f76c44 keep_mtp_spec_in_bf16=true
            train: global_batch_size=512 train_iters=39735
            optimizer: lr=0.0016 min_lr=1.6e-05
            scheduler: lr_warmup_iters=333
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false check_for_large_grads=true average_in_collective=false
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8 mmap_bin_files=false seq_length=8192
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16
            tokenizer: hf_tokenizer_kwargs={"revision":"b3caaabed0263651a17dc1f2d4ce97e794f76c44"}
            checkpoint: save_interval=50 ckpt_assume_constant_structure=true dist_ckpt_strictness=log_all
            rng: te_rng_tracker=true
            env_vars: CUDA_DEVICE_MAX_CONNECTIONS=32 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8 NUM_OF_TOKENS_PER_CHUNK_COMBINE_API=128
            env_vars: NVLINK_DOMAIN_SIZE=72 USE_MNNVL=1 NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20
            env_vars: NVTE_NORM_BWD_USE_CUDNN=1 NVTE_NORM_FWD_USE_CUDNN=1
            """
        )
        {
            Family = "nemotron_3_nano",
        };

    /// <summary>Upstream's <c>nemotron_3_5_lightning_pretrain_8k_fsdp_config</c>: from the first token.</summary>
    public static Recipe Nemotron3_5LightningPretrain8KFsdp() =>
        new(
            RecipeMode.Pretrain,
            "nemotron_3_5_lightning_pretrain_8k_fsdp",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: expert_model_parallel_size=8 expert_tensor_parallel_size=1 use_te_rng_tracker=true cross_entropy_fusion_impl=te
            model: pipeline_dtype=bfloat16 num_layers=52 mtp_num_layers=2 mtp_loss_scaling_factor=0.3 mtp_use_repeated_layer=true
            model: mtp_hybrid_override_pattern=*E hidden_size=2688 num_attention_heads=32 attention_backend=fused num_query_groups=2
            model: ffn_hidden_size=1856 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} num_moe_experts=128
            model: init_method_std=0.0173 attention_softmax_in_fp32=false masked_softmax_fusion=true persist_layer_norm=true
            model: use_fused_weighted_squared_relu=true first_last_layers_bf16=true moe_shared_expert_intermediate_size=3712
            model: moe_ffn_hidden_size=1856 moe_router_load_balancing_type=seq_aux_loss moe_router_topk=6 moe_router_num_groups=1
            model: moe_router_group_topk=1 moe_router_topk_scaling_factor=2.5 moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=hybridep moe_permute_fusion=true moe_hybridep_num_sms=16 cuda_graph_modules=[]
            model: is_hybrid_model=true mamba_num_heads=64 offload_modules=null
            model: hybrid_layer_pattern=MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME
            model: hf_model_id=nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16
            model: hf_model_revision=b3caaabed0263651a17dc1f2d4ce97e794f76c44 keep_mtp_spec_in_bf16=true
            train: global_batch_size=512 train_iters=39735
            optimizer: lr=0.0016 min_lr=1.6e-05
            scheduler: lr_warmup_iters=333
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false check_for_large_grads=true average_in_collective=false use_megatron_fsdp=true
            ddp: megatron_fsdp_main_grads_dtype=float32 megatron_fsdp_grad_comm_dtype=bfloat16
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8 mmap_bin_files=false seq_length=8192
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16
            tokenizer: hf_tokenizer_kwargs={"revision":"b3caaabed0263651a17dc1f2d4ce97e794f76c44"}
            checkpoint: save_interval=50 load=null ckpt_format=fsdp_dtensor ckpt_assume_constant_structure=true
            checkpoint: dist_ckpt_strictness=log_all
            rng: te_rng_tracker=true
            dist: use_megatron_fsdp=true
            env_vars: CUDA_DEVICE_MAX_CONNECTIONS=32 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8 NUM_OF_TOKENS_PER_CHUNK_COMBINE_API=128
            env_vars: NVLINK_DOMAIN_SIZE=72 USE_MNNVL=1 NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20
            env_vars: NVTE_NORM_BWD_USE_CUDNN=1 NVTE_NORM_FWD_USE_CUDNN=1
            """
        )
        {
            Family = "nemotron_3_nano",
        };

    /// <summary>Upstream's <c>nemotron_3_5_lightning_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3_5LightningPretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotron_3_5_lightning_pretrain",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: context_parallel_size=2 expert_model_parallel_size=8 expert_tensor_parallel_size=1 use_te_rng_tracker=true
            model: pipeline_dtype=bfloat16 num_layers=52 mtp_num_layers=2 mtp_loss_scaling_factor=0.3 mtp_use_repeated_layer=true
            model: mtp_hybrid_override_pattern=*E hidden_size=2688 num_attention_heads=32 attention_backend=fused num_query_groups=2
            model: ffn_hidden_size=1856 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} num_moe_experts=128
            model: init_method_std=0.0173 attention_softmax_in_fp32=false masked_softmax_fusion=true persist_layer_norm=true
            model: use_fused_weighted_squared_relu=true recompute_granularity=selective recompute_modules=["moe","layernorm","core_attn"]
            model: first_last_layers_bf16=true moe_shared_expert_intermediate_size=3712 moe_ffn_hidden_size=1856
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_topk=6 moe_router_num_groups=1 moe_router_group_topk=1
            model: moe_router_topk_scaling_factor=2.5 moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=hybridep moe_permute_fusion=true moe_hybridep_num_sms=16 cp_comm_type=p2p
            model: cuda_graph_impl=transformer_engine
            model: cuda_graph_modules=[{"_args_":[6],"_call_":true,"_name_":"mamba","_target_":"megatron.core.transformer.enums.CudaGraphModule"}]
            model: is_hybrid_model=true mamba_num_heads=64 offload_modules=null
            model: hybrid_layer_pattern=MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME
            model: hf_model_id=nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16
            model: hf_model_revision=b3caaabed0263651a17dc1f2d4ce97e794f76c44 keep_mtp_spec_in_bf16=true
            train: micro_batch_size=1 global_batch_size=512 train_iters=39735
            optimizer: lr=0.0016 min_lr=1.6e-05
            scheduler: lr_warmup_iters=333
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false check_for_large_grads=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8 mmap_bin_files=false seq_length=8192
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-BF16
            tokenizer: hf_tokenizer_kwargs={"revision":"b3caaabed0263651a17dc1f2d4ce97e794f76c44"}
            checkpoint: save_interval=200 ckpt_assume_constant_structure=true dist_ckpt_strictness=log_all
            rng: te_rng_tracker=true
            env_vars: CUDA_DEVICE_MAX_CONNECTIONS=32 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8 NUM_OF_TOKENS_PER_CHUNK_COMBINE_API=128
            env_vars: NVLINK_DOMAIN_SIZE=8 USE_MNNVL=0 NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20
            env_vars: NVTE_NORM_BWD_USE_CUDNN=1 NVTE_NORM_FWD_USE_CUDNN=1
            """
        )
        {
            Family = "nemotron_3_nano",
        };

    /// <summary>Upstream's <c>nemotron_3_nano_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3NanoPretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotron_3_nano_pretrain",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: expert_model_parallel_size=8 expert_tensor_parallel_size=1 use_te_rng_tracker=true pipeline_dtype=bfloat16
            model: num_layers=52 hidden_size=2688 num_attention_heads=32 attention_backend=fused num_query_groups=2 ffn_hidden_size=1856
            model: kv_channels=128 activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"}
            model: num_moe_experts=128 init_method_std=0.0173 attention_softmax_in_fp32=false masked_softmax_fusion=true
            model: persist_layer_norm=true use_fused_weighted_squared_relu=true recompute_granularity=selective
            model: recompute_modules=["moe","layernorm"] first_last_layers_bf16=true moe_shared_expert_intermediate_size=3712
            model: moe_ffn_hidden_size=1856 moe_router_load_balancing_type=seq_aux_loss moe_router_topk=6 moe_router_num_groups=1
            model: moe_router_group_topk=1 moe_router_topk_scaling_factor=2.5 moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=flex
            model: moe_flex_dispatcher_backend=hybridep moe_permute_fusion=true moe_hybridep_num_sms=16 cuda_graph_impl=transformer_engine
            model: cuda_graph_modules=[{"_args_":[1],"_call_":true,"_name_":"attn","_target_":"megatron.core.transformer.enums.CudaGraphModule"},{"_args_":[6],"_call_":true,"_name_":"mamba","_target_":"megatron.core.transformer.enums.CudaGraphModule"}]
            model: is_hybrid_model=true mamba_num_heads=64 offload_modules=null
            model: hybrid_layer_pattern=MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME
            train: micro_batch_size=1 global_batch_size=1024 train_iters=39735
            optimizer: lr=0.0016 min_lr=1.6e-05
            scheduler: lr_warmup_iters=333
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false check_for_large_grads=true
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            comm_overlap: overlap_moe_expert_parallel_comm=false delay_wgrad_compute=false
            dataset: num_workers=8 mmap_bin_files=false seq_length=8192
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16
            checkpoint: save_interval=200 ckpt_assume_constant_structure=true dist_ckpt_strictness=log_all
            rng: te_rng_tracker=true
            env_vars: CUDA_DEVICE_MAX_CONNECTIONS=32 NUM_OF_HYBRID_EP_RANKS_PER_NVLINK_DOMAIN=8 NUM_OF_TOKENS_PER_CHUNK_COMBINE_API=128
            env_vars: NVLINK_DOMAIN_SIZE=8 USE_MNNVL=0 NVTE_BWD_LAYERNORM_SM_MARGIN=20 NVTE_FWD_LAYERNORM_SM_MARGIN=20
            env_vars: NVTE_NORM_BWD_USE_CUDNN=1 NVTE_NORM_FWD_USE_CUDNN=1
            """
        )
        {
            Family = "nemotron_3_nano",
        };
}
