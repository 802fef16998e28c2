using MegatronBridge.Config.Schema;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of nemotron_3_nano_4b.</summary>
public static class Nemotron3Nano4BRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } =
    [Nemotron3Nano4BPeft, Nemotron3Nano4BPretrain, Nemotron3Nano4BSft32K, Nemotron3Nano4BSft];

    /// <summary>Upstream's <c>nemotron_3_nano_4b_peft_config</c>: adapters, on examples.</summary>
    public static Recipe Nemotron3Nano4BPeft() =>
        new(
            RecipeMode.Peft,
            "nemotron_3_nano_4b_peft",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: pipeline_dtype=bfloat16 num_layers=42 hidden_size=3136 num_attention_heads=40 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=12544 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true cuda_graph_scope=full
            model: is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=96 offload_modules=null mamba_chunk_size=256
            model: hybrid_layer_pattern=M-M-M-MM-M-M*-M-M*-M-M-M*-M-M-MM*-MMM-M-M- seq_length=2048 vocab_size=131072
            train: global_batch_size=32 train_iters=100
            validation: eval_iters=0 eval_interval=0
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: use_distributed_optimizer=true
            dataset: seed=1234 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16
            tokenizer: hf_tokenizer_kwargs={"revision":"dfaf35de3e30f1867dd8dbc38a7fc9fb52d3914f","use_fast":true}
            peft: target_modules=["linear_qkv","linear_proj"] dim=8 alpha=16
            checkpoint: load=null dist_ckpt_strictness=log_all
            logger: log_throughput=true
            """
        )
        {
            Family = "nemotron_3_nano_4b",
        };

    /// <summary>Upstream's <c>nemotron_3_nano_4b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Nemotron3Nano4BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "nemotron_3_nano_4b_pretrain",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: pipeline_dtype=bfloat16 num_layers=42 hidden_size=3136 num_attention_heads=40 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=12544 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true cuda_graph_scope=full
            model: is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=96 offload_modules=null mamba_chunk_size=256
            model: hybrid_layer_pattern=M-M-M-MM-M-M*-M-M*-M-M-M*-M-M-MM*-MMM-M-M- seq_length=4096 vocab_size=131072
            train: micro_batch_size=1 global_batch_size=1024 train_iters=100 manual_gc=false manual_gc_interval=0
            validation: eval_iters=0 eval_interval=0
            optimizer: use_precision_aware_optimizer=true
            scheduler: lr_decay_iters=100 lr_warmup_iters=40
            mixed_precision: grad_reduce_in_fp32=false
            ddp: grad_reduce_in_fp32=false
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16
            tokenizer: hf_tokenizer_kwargs={"revision":"dfaf35de3e30f1867dd8dbc38a7fc9fb52d3914f","use_fast":true}
            checkpoint: save_interval=50 load=null dist_ckpt_strictness=log_all
            logger: log_interval=1 log_throughput=true
            """
        )
        {
            Family = "nemotron_3_nano_4b",
        };

    /// <summary>Upstream's <c>nemotron_3_nano_4b_sft_32k_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3Nano4BSft32K() =>
        new(
            RecipeMode.Sft,
            "nemotron_3_nano_4b_sft_32k",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: context_parallel_size=2 cross_entropy_loss_fusion=false pipeline_dtype=bfloat16 num_layers=42 hidden_size=3136
            model: num_attention_heads=40 attention_backend=null num_query_groups=8 ffn_hidden_size=12544 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} calculate_per_token_loss=true
            model: attention_softmax_in_fp32=false masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true
            model: cp_comm_type=a2a cuda_graph_scope=full is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=96 offload_modules=null
            model: mamba_chunk_size=256 hybrid_layer_pattern=M-M-M-MM-M-M*-M-M*-M-M-M*-M-M-MM*-MMM-M-M- seq_length=32768 vocab_size=131072
            train: global_batch_size=8 train_iters=100
            validation: eval_iters=0 eval_interval=0
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: use_distributed_optimizer=true
            dataset: seq_length=32768 seed=1234 offline_packing_specs.packed_sequence_size=32768 offline_packing_specs.pad_seq_to_mult=4
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16
            tokenizer: hf_tokenizer_kwargs={"revision":"dfaf35de3e30f1867dd8dbc38a7fc9fb52d3914f","use_fast":true}
            checkpoint: load=null dist_ckpt_strictness=log_all
            logger: log_throughput=true
            """
        )
        {
            Family = "nemotron_3_nano_4b",
        };

    /// <summary>Upstream's <c>nemotron_3_nano_4b_sft_config</c>: all weights, on examples.</summary>
    public static Recipe Nemotron3Nano4BSft() =>
        new(
            RecipeMode.Sft,
            "nemotron_3_nano_4b_sft",
            PublishedModel.OfFields("nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16", ProviderSchema.Hybrid),
            """
            use: bf16
            model: pipeline_dtype=bfloat16 num_layers=42 hidden_size=3136 num_attention_heads=40 attention_backend=null num_query_groups=8
            model: ffn_hidden_size=12544 kv_channels=128
            model: activation_func={"_call_":false,"_target_":"megatron.core.activations.squared_relu"} attention_softmax_in_fp32=false
            model: masked_softmax_fusion=true persist_layer_norm=true first_last_layers_bf16=true cuda_graph_scope=full
            model: is_hybrid_model=true mamba_head_dim=80 mamba_num_heads=96 offload_modules=null mamba_chunk_size=256
            model: hybrid_layer_pattern=M-M-M-MM-M-M*-M-M*-M-M-M*-M-M-MM*-MMM-M-M- seq_length=2048 vocab_size=131072
            train: global_batch_size=32 train_iters=100
            validation: eval_iters=0 eval_interval=0
            optimizer: adam_beta2=0.95
            scheduler: lr_decay_iters=100 lr_warmup_iters=10
            ddp: use_distributed_optimizer=true
            dataset: seed=1234
            tokenizer: tokenizer_model=nvidia/NVIDIA-Nemotron-3-Nano-4B-BF16
            tokenizer: hf_tokenizer_kwargs={"revision":"dfaf35de3e30f1867dd8dbc38a7fc9fb52d3914f","use_fast":true}
            checkpoint: load=null dist_ckpt_strictness=log_all
            logger: log_throughput=true
            """
        )
        {
            Family = "nemotron_3_nano_4b",
        };
}
