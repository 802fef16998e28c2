using MegatronBridge.Config.Schema;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of nemotronh.</summary>
public static class NemotronhRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [
        Nemotronh47BPeft,
        Nemotronh47BPretrain,
        Nemotronh47BSft,
        Nemotronh4BPeft,
        Nemotronh4BPretrain,
        Nemotronh4BSft,
        Nemotronh56BPeft,
        Nemotronh56BPretrain,
        Nemotronh56BSft,
        Nemotronh8BPeft,
        Nemotronh8BPretrain,
        Nemotronh8BSft,
    ];

    /// <summary>Upstream's <c>nemotronh_47b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh47BPeft() =>
        new(
            RecipeMode.Peft,
            "nemotronh_47b_peft",
            PublishedModel.OfFields("nvidia/Nemotron-H-47B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=4 pipeline_dtype=bfloat16 num_layers=98 hidden_size=8192 num_attention_heads=64
            model: attention_backend=null num_query_groups=8 ffn_hidden_size=30720
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_state_dim=256 mamba_num_heads=256
            model: offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M-M-M-M-M-M*-M-M-M-M-M-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-M-M---MM---M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-05 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-47B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            peft: target_modules=["linear_qkv","linear_proj","linear_fc1","linear_fc2","in_proj","out_proj"]
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_47b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh47BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotronh_47b_pretrain",
            PublishedModel.OfFields("nvidia/Nemotron-H-47B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=8 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=98 hidden_size=8192
            model: num_attention_heads=64 attention_backend=null num_query_groups=8 ffn_hidden_size=30720
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_state_dim=256 mamba_num_heads=256
            model: offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M-M-M-M-M-M*-M-M-M-M-M-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-M-M---MM---M-M*-M-M-M-M-M-
            root: mixed_precision=nemotron_h_bf16_with_fp8_current_scaling_mixed
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251 manual_gc=false manual_gc_interval=0 manual_gc_eval=true
            validation: eval_interval=10
            scheduler: lr_warmup_iters=2000
            ddp: overlap_param_gather=false average_in_collective=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=10 dist_ckpt_strictness=log_all
            logger: log_timers_to_tensorboard=false
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_47b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh47BSft() =>
        new(
            RecipeMode.Sft,
            "nemotronh_47b_sft",
            PublishedModel.OfFields("nvidia/Nemotron-H-47B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=8 pipeline_model_parallel_size=2 sequence_parallel=true pipeline_dtype=bfloat16
            model: num_layers=98 hidden_size=8192 num_attention_heads=64 attention_backend=null num_query_groups=8 ffn_hidden_size=30720
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_state_dim=256 mamba_num_heads=256
            model: offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M-M-M-M-M-M*-M-M-M-M-M-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-M-M---MM---M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-06 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-47B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh4BPeft() =>
        new(
            RecipeMode.Peft,
            "nemotronh_4b_peft",
            PublishedModel.OfFields("nvidia/Nemotron-H-4B-Base-8K", ProviderSchema.Hybrid),
            """
            model: pipeline_dtype=bfloat16 num_layers=52 hidden_size=3072 num_attention_heads=32 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=12288 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_num_heads=112 use_mamba_mem_eff_path=false
            model: offload_modules=null hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-05 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-4B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            peft: target_modules=["linear_qkv","linear_proj","linear_fc1","linear_fc2","in_proj","out_proj"]
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_4b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh4BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotronh_4b_pretrain",
            PublishedModel.OfFields("nvidia/Nemotron-H-4B-Base-8K", ProviderSchema.Hybrid),
            """
            model: pipeline_dtype=bfloat16 num_layers=52 hidden_size=3072 num_attention_heads=32 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=12288 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_num_heads=112 use_mamba_mem_eff_path=false
            model: offload_modules=null hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251 manual_gc=false manual_gc_interval=0 manual_gc_eval=true
            validation: eval_interval=10
            scheduler: lr_warmup_iters=2000
            ddp: overlap_param_gather=false average_in_collective=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=10 dist_ckpt_strictness=log_all
            logger: log_timers_to_tensorboard=false
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh4BSft() =>
        new(
            RecipeMode.Sft,
            "nemotronh_4b_sft",
            PublishedModel.OfFields("nvidia/Nemotron-H-4B-Base-8K", ProviderSchema.Hybrid),
            """
            model: pipeline_dtype=bfloat16 num_layers=52 hidden_size=3072 num_attention_heads=32 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=12288 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_num_heads=112 use_mamba_mem_eff_path=false
            model: offload_modules=null hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-06 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-4B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_56b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh56BPeft() =>
        new(
            RecipeMode.Peft,
            "nemotronh_56b_peft",
            PublishedModel.OfFields("nvidia/Nemotron-H-56B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=4 pipeline_dtype=bfloat16 num_layers=118 hidden_size=8192 num_attention_heads=64
            model: attention_backend=null num_query_groups=8 ffn_hidden_size=32768
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_state_dim=256 mamba_num_heads=256
            model: offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-05 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-56B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            peft: target_modules=["linear_qkv","linear_proj","linear_fc1","linear_fc2","in_proj","out_proj"]
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_56b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh56BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotronh_56b_pretrain",
            PublishedModel.OfFields("nvidia/Nemotron-H-56B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=8 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=118 hidden_size=8192
            model: num_attention_heads=64 attention_backend=null num_query_groups=8 ffn_hidden_size=32768
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_state_dim=256 mamba_num_heads=256
            model: offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            root: mixed_precision=nemotron_h_bf16_with_fp8_current_scaling_mixed
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251 manual_gc=false manual_gc_interval=0 manual_gc_eval=true
            validation: eval_interval=10
            scheduler: lr_warmup_iters=2000
            ddp: overlap_param_gather=false average_in_collective=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=10 dist_ckpt_strictness=log_all
            logger: log_timers_to_tensorboard=false
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_56b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh56BSft() =>
        new(
            RecipeMode.Sft,
            "nemotronh_56b_sft",
            PublishedModel.OfFields("nvidia/Nemotron-H-56B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=8 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=118 hidden_size=8192
            model: num_attention_heads=64 attention_backend=null num_query_groups=8 ffn_hidden_size=32768
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_state_dim=256 mamba_num_heads=256
            model: offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-06 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-56B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_8b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotronh8BPeft() =>
        new(
            RecipeMode.Peft,
            "nemotronh_8b_peft",
            PublishedModel.OfFields("nvidia/Nemotron-H-8B-Base-8K", ProviderSchema.Hybrid),
            """
            model: pipeline_dtype=bfloat16 num_layers=52 hidden_size=4096 num_attention_heads=32 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=21504 activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"}
            model: attention_softmax_in_fp32=false masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true
            model: moe_shared_expert_overlap=true moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid
            model: moe_router_dtype=fp32 moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001
            model: moe_token_dispatcher_type=alltoall moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true
            model: mamba_num_heads=128 offload_modules=null hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-05 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-8B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            peft: target_modules=["linear_qkv","linear_proj","linear_fc1","linear_fc2","in_proj","out_proj"]
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_8b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotronh8BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotronh_8b_pretrain",
            PublishedModel.OfFields("nvidia/Nemotron-H-8B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=2 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=52 hidden_size=4096
            model: num_attention_heads=32 attention_backend=null num_query_groups=8 ffn_hidden_size=21504
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_num_heads=128 offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            train: micro_batch_size=1 global_batch_size=768 train_iters=1168251 manual_gc=false manual_gc_interval=0 manual_gc_eval=true
            validation: eval_interval=10
            scheduler: lr_warmup_iters=2000
            ddp: overlap_param_gather=false average_in_collective=false data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            dataset: num_workers=8 seq_length=8192
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=10 dist_ckpt_strictness=log_all
            logger: log_timers_to_tensorboard=false
            """
        )
        {
            Family = "nemotronh",
        };

    /// <summary>Upstream's <c>nemotronh_8b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotronh8BSft() =>
        new(
            RecipeMode.Sft,
            "nemotronh_8b_sft",
            PublishedModel.OfFields("nvidia/Nemotron-H-8B-Base-8K", ProviderSchema.Hybrid),
            """
            model: tensor_model_parallel_size=2 sequence_parallel=true pipeline_dtype=bfloat16 num_layers=52 hidden_size=4096
            model: num_attention_heads=32 attention_backend=null num_query_groups=8 ffn_hidden_size=21504
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true moe_shared_expert_overlap=true
            model: moe_router_load_balancing_type=seq_aux_loss moe_router_score_function=sigmoid moe_router_dtype=fp32
            model: moe_router_enable_expert_bias=true moe_grouped_gemm=true moe_aux_loss_coeff=0.0001 moe_token_dispatcher_type=alltoall
            model: moe_permute_fusion=true cuda_graph_scope=full is_hybrid_model=true mamba_num_heads=128 offload_modules=null
            model: hybrid_layer_pattern=M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-
            validation: eval_iters=10 eval_interval=50
            optimizer: min_lr=1e-06 adam_beta2=0.95
            ddp: overlap_grad_reduce=true use_distributed_optimizer=true
            dataset: seq_length=8192 offline_packing_specs.packed_sequence_size=8192
            tokenizer: tokenizer_model=nvidia/Nemotron-H-8B-Base-8K hf_tokenizer_kwargs={"eos_token":"<SPECIAL_11>"}
            checkpoint: save_interval=50 dist_ckpt_strictness=log_all
            """
        )
        {
            Family = "nemotronh",
        };
}
