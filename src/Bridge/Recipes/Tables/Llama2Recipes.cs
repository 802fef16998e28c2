using MegatronBridge.Recipes.Published;

namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of llama2.</summary>
public static class Llama2Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } = [Llama2_7BPretrain];

    /// <summary>Upstream's <c>llama2_7b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Llama2_7BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "llama2_7b_pretrain",
            LlamaModels.Llama2_7B,
            """
            use: te_kernels
            model: tensor_model_parallel_size=2 pipeline_dtype=null seq_length=4096 cross_entropy_fusion_impl=native
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            comm_overlap: _target_=megatron.bridge.training.comm_overlap.CommOverlapConfig tp_comm_overlap=false
            dataset: num_workers=8
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            checkpoint: save_interval=2000
            logger: log_timers_to_tensorboard=false
            """
        )
        {
            Family = "llama2",
        };
}
