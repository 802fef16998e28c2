using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Config.Schema;

/// <summary>The defaults that upstream's MistralModelProvider changes.</summary>
internal static class MistralFields
{
    /// <summary>Name, kind and default of each.</summary>
    public static readonly ProviderField[] All =
    [
        Bool("bf16", true),
        DType("params_dtype", "bfloat16"),
        Int("num_layers", 32),
        Int("hidden_size", 4096),
        Int("num_attention_heads", 32),
        Int("num_query_groups", 8),
        Int("ffn_hidden_size", 14336),
        Float("hidden_dropout", 0.0),
        Float("attention_dropout", 0.0),
        Bool("add_bias_linear", false),
        Bool("gated_linear_unit", true),
        Label("activation_func", Targets.Silu),
        Text("normalization", "RMSNorm"),
        Bool("share_embeddings_and_output_weights", false),
        Text("position_embedding_type", "rope"),
        Float("rotary_base", 1000000.0),
        Int("seq_length", 32768),
        Int("vocab_size", 32768),
    ];
}
