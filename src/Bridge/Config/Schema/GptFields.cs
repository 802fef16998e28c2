using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Config.Schema;

/// <summary>What upstream's GPTModelProvider adds to TransformerConfig, and the defaults that it changes.</summary>
internal static class GptFields
{
    /// <summary>Name, kind and default of each.</summary>
    public static readonly ProviderField[] All =
    [
        Bool("fp16_lm_cross_entropy", false),
        DTypeOrNull("logit_dtype"),
        Bool("parallel_output", true),
        Bool("share_embeddings_and_output_weights", true),
        Int("make_vocab_size_divisible_by", 128),
        Choice("position_embedding_type", "learned_absolute", "learned_absolute", "rope", "yarn", "mrope", "none"),
        Float("rotary_base", 10000),
        Float("rotary_percent", 1.0),
        Bool("rope_scaling", false),
        Float("rope_scaling_factor", 1.0),
        FloatOrNull("rotary_scaling_factor"),
        FloatOrNull("seq_len_interpolation_factor"),
        FloatOrNull("yarn_rotary_scaling_factor"),
        IntOrNull("yarn_original_max_position_embeddings"),
        FloatOrNull("yarn_beta_fast"),
        FloatOrNull("yarn_beta_slow"),
        FloatOrNull("yarn_mscale"),
        FloatOrNull("yarn_mscale_all_dim"),
        BoolOrNull("yarn_correction_range_round_to_int"),
        Int("seq_length", 1024),
        Bool("scatter_embedding_sequence_parallel", true),
        Any("tp_comm_overlap_cfg"),
        Bool("use_transformer_engine_full_layer_spec", false),
        Bool("dense_grouped_gemm", false),
        Label("transformer_layer_spec", Targets.DefaultLayerSpec),
        TextOrNull("hf_model_id"),
        TextOrNull("hf_model_revision"),
        IntOrNull("vocab_size"),
        Bool("should_pad_vocab", false),
        Bool("mtp_enabled", false),
        Bool("restore_modelopt_state", false),
        BoolOrNull("use_arbitrary_attention_mask"),
        Bool("gradient_accumulation_fusion", true),
        Bool("cross_entropy_loss_fusion", true),
        Bool("deallocate_pipeline_outputs", true),
        Bool("attention_softmax_in_fp32", false),
        Bool("masked_softmax_fusion", true),
    ];
}
