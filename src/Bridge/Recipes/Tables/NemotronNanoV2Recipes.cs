using MegatronBridge.Config.Schema;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of nemotron_nano_v2.</summary>
public static class NemotronNanoV2Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        NemotronNano12BV2Peft,
        NemotronNano12BV2Pretrain,
        NemotronNano12BV2Sft,
        NemotronNano9BV2Peft,
        NemotronNano9BV2Pretrain,
        NemotronNano9BV2Sft,
    ];

    /// <summary>Upstream's <c>nemotron_nano_12b_v2_peft_config</c>: adapters, on examples.</summary>
    public static Recipe NemotronNano12BV2Peft() =>
        new(
            RecipeMode.Peft,
            "nemotron_nano_12b_v2_peft",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-Nano-12B-v2-Base", ProviderSchema.Hybrid),
            """
            model: pipeline_dtype=bfloat16 num_layers=62 hidden_size=5120 num_attention_heads=40 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=20480 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=128
            model: offload_modules=null hybrid_layer_pattern=M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M-
            model: seq_length=2048
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-05 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-Nano-12B-v2-Base hf_tokenizer_kwargs={"eos_token":"<SPECIAL_12>"}
            peft: target_modules=["linear_qkv","linear_proj","linear_fc1","linear_fc2","in_proj","out_proj"]
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotron_nano_v2",
        };

    /// <summary>Upstream's <c>nemotron_nano_12b_v2_pretrain_config</c>: from the first token, corrected (docs/recipes.md).</summary>
    public static Recipe NemotronNano12BV2Pretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotron_nano_12b_v2_pretrain",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-Nano-12B-v2-Base", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=4 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=62 hidden_size=5120
            model: num_attention_heads=40 attention_backend=null num_query_groups=8 ffn_hidden_size=20480 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=128
            model: offload_modules=null hybrid_layer_pattern=M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M-
            model: seq_length=131072
            root: mixed_precision=nanov2_bf16_with_fp8_current_scaling_mixed
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251 manual_gc=false manual_gc_interval=0 manual_gc_eval=true
            validation: eval_interval=10
            scheduler: lr_warmup_iters=2000
            ddp: overlap_param_gather=false average_in_collective=false data_parallel_sharding_strategy=no_shard
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=10 dist_ckpt_strictness=log_all
            logger: log_timers_to_tensorboard=false
            model: seq_length=8192
            """
        )
        {
            Family = "nemotron_nano_v2",
        };

    /// <summary>Upstream's <c>nemotron_nano_12b_v2_sft_config</c>: all weights, on examples, corrected (docs/recipes.md).</summary>
    public static Recipe NemotronNano12BV2Sft() =>
        new(
            RecipeMode.Sft,
            "nemotron_nano_12b_v2_sft",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-Nano-12B-v2-Base", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=4 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=62 hidden_size=5120
            model: num_attention_heads=40 attention_backend=null num_query_groups=8 ffn_hidden_size=20480 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=128
            model: offload_modules=null hybrid_layer_pattern=M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M-
            model: seq_length=2048
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-05 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-Nano-12B-v2-Base hf_tokenizer_kwargs={"eos_token":"<SPECIAL_12>"}
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            optimizer: min_lr=5e-06
            """
        )
        {
            Family = "nemotron_nano_v2",
        };

    /// <summary>Upstream's <c>nemotron_nano_9b_v2_peft_config</c>: adapters, on examples.</summary>
    public static Recipe NemotronNano9BV2Peft() =>
        new(
            RecipeMode.Peft,
            "nemotron_nano_9b_v2_peft",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-Nano-9B-v2-Base", ProviderSchema.Hybrid),
            """
            model: pipeline_dtype=bfloat16 num_layers=56 hidden_size=4480 num_attention_heads=40 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=15680 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=128
            model: offload_modules=null hybrid_layer_pattern=M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M- seq_length=2048
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-05 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-Nano-9B-v2-Base hf_tokenizer_kwargs={"eos_token":"<SPECIAL_12>"}
            peft: target_modules=["linear_qkv","linear_proj","linear_fc1","linear_fc2","in_proj","out_proj"]
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotron_nano_v2",
        };

    /// <summary>Upstream's <c>nemotron_nano_9b_v2_pretrain_config</c>: from the first token, corrected (docs/recipes.md).</summary>
    public static Recipe NemotronNano9BV2Pretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotron_nano_9b_v2_pretrain",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-Nano-9B-v2-Base", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=2 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=56 hidden_size=4480
            model: num_attention_heads=40 attention_backend=null num_query_groups=8 ffn_hidden_size=15680 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=128
            model: offload_modules=null hybrid_layer_pattern=M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M- seq_length=131072
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251 manual_gc=false manual_gc_interval=0 manual_gc_eval=true
            validation: eval_interval=10
            scheduler: lr_warmup_iters=2000
            ddp: overlap_param_gather=false average_in_collective=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=10 dist_ckpt_strictness=log_all
            logger: log_timers_to_tensorboard=false
            model: seq_length=8192
            """
        )
        {
            Family = "nemotron_nano_v2",
        };

    /// <summary>Upstream's <c>nemotron_nano_9b_v2_sft_config</c>: all weights, on examples.</summary>
    public static Recipe NemotronNano9BV2Sft() =>
        new(
            RecipeMode.Sft,
            "nemotron_nano_9b_v2_sft",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-Nano-9B-v2-Base", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=2 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=56 hidden_size=4480
            model: num_attention_heads=40 attention_backend=null num_query_groups=8 ffn_hidden_size=15680 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=128
            model: offload_modules=null hybrid_layer_pattern=M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M- seq_length=2048
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-06 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-Nano-9B-v2-Base hf_tokenizer_kwargs={"eos_token":"<SPECIAL_12>"}
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotron_nano_v2",
        };
}
