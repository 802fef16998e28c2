using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Config.Schema;

/// <summary>What upstream's HybridModelProvider adds to TransformerConfig, and the defaults that it changes.</summary>
internal static class HybridFields
{
    /// <summary>Name, kind and default of each.</summary>
    public static readonly ProviderField[] All =
    [
        Bool("bf16", true),
        DType("params_dtype", "bfloat16"),
        Bool("gradient_accumulation_fusion", true),
        Bool("cross_entropy_loss_fusion", true),
        Bool("deallocate_pipeline_outputs", true),
        IntOrNull("num_layers"),
        IntOrNull("mtp_num_layers", 0),
        Int("num_attention_heads", 1),
        Label("attention_backend", Targets.AttentionFlash),
        Float("hidden_dropout", 0.0),
        Float("attention_dropout", 0.0),
        Bool("add_bias_linear", false),
        Text("normalization", "RMSNorm"),
        Bool("bias_dropout_fusion", true),
        Bool("apply_rope_fusion", true),
        Bool("fp16_lm_cross_entropy", false),
        DTypeOrNull("logit_dtype"),
        Bool("parallel_output", true),
        Bool("share_embeddings_and_output_weights", false),
        Int("mamba_chunk_size", 128),
        Float("hybrid_attention_ratio", 0.0),
        Float("hybrid_mlp_ratio", 0.0),
        TextOrNull("hybrid_override_pattern"),
        TextOrNull("hybrid_layer_pattern"),
        Int("seq_length", 8192),
        Choice("position_embedding_type", "none", "learned_absolute", "rope", "none"),
        Float("rotary_percent", 1.0),
        Float("rotary_base", 10000),
        FloatOrNull("seq_len_interpolation_factor"),
        Int("make_vocab_size_divisible_by", 128),
        Label("hybrid_stack_spec"),
        IntOrNull("vocab_size"),
        Bool("should_pad_vocab", false),
        TextOrNull("hf_model_id"),
        TextOrNull("hf_model_revision"),
        Bool("keep_mtp_spec_in_bf16", false),
        Bool("restore_modelopt_state", false),
    ];
}
