namespace MegatronBridge.Recipes.Tables;

/// <summary>Upstream's recipes of gemma3.</summary>
public static class Gemma3Recipes
{
    internal static IReadOnlyList<Func<Recipe>> All { get; } = [Gemma3_1BPretrain];

    /// <summary>Upstream's <c>gemma3_1b_pretrain_config</c>: from the first token.</summary>
    public static Recipe Gemma3_1BPretrain() =>
        new(
            RecipeMode.Pretrain,
            "gemma3_1b_pretrain",
            PublishedModel.OfFields("google/gemma-3-1b-pt", MegatronBridge.Families.Gemma3.Family.Schema),
            """
            model: num_layers=26 hidden_size=1152 num_attention_heads=4 attention_backend=null num_query_groups=1 ffn_hidden_size=6912
            model: kv_channels=256 cuda_graph_scope=full offload_modules=null seq_length=32768 vocab_size=262144
            train: micro_batch_size=1 global_batch_size=512 train_iters=1168251
            validation: eval_interval=2000
            scheduler: lr_warmup_iters=2000
            ddp: data_parallel_sharding_strategy=no_shard
            dataset: seq_length=32768
            tokenizer: vocab_size=32000 tokenizer_type=NullTokenizer
            """
        )
        {
            Family = "gemma3",
        };
}
