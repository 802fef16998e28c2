using MegatronBridge.Config.Schema;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of gpt3_175b.</summary>
public static class Gpt3_175BRecipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } = [Gpt3_175BPretrain32GpuH100Bf16];

    /// <summary>Upstream's <c>gpt3_175b_pretrain_32gpu_h100_bf16_config</c>: from the first token.</summary>
    public static Recipe Gpt3_175BPretrain32GpuH100Bf16() =>
        new(
            RecipeMode.Pretrain,
            "gpt3_175b_pretrain_32gpu_h100_bf16",
            PublishedModel.OfFields("gpt3-175b", ProviderSchema.Gpt),
            """
            use: bf16
            model: tensor_model_parallel_size=4 pipeline_model_parallel_size=8 virtual_pipeline_model_parallel_size=6
            model: sequence_parallel=true pipeline_dtype=bfloat16 num_layers=96 hidden_size=12288 num_attention_heads=96
            model: attention_backend=null ffn_hidden_size=49152 hidden_dropout=0.0 attention_dropout=0.0
            model: layernorm_zero_centered_gamma=true bias_activation_fusion=true bias_dropout_fusion=true cuda_graph_scope=full
            model: offload_modules=null seq_length=2048 use_transformer_engine_full_layer_spec=true
            train: global_batch_size=2048 train_iters=1168251
            validation: eval_interval=2000
            optimizer: lr=9e-05 min_lr=9e-06
            scheduler: lr_warmup_iters=2000
            mixed_precision: grad_reduce_in_fp32=false
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=true
            comm_overlap: overlap_param_gather_with_optimizer_step=false defer_embedding_wgrad_compute=true wgrad_deferral_limit=50
            dataset: num_workers=8 seq_length=2048
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            use: user_buffers_1
            """
        )
        {
            Family = "gpt3_175b",
        };
}
