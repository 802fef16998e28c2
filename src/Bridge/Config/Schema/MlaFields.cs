using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Config.Schema;

/// <summary>What upstream's MLAModelProvider adds to GPTModelProvider, and the defaults that it changes.</summary>
internal static class MlaFields
{
    /// <summary>Name, kind and default of each.</summary>
    public static readonly ProviderField[] All =
    [
        Bool("gradient_accumulation_fusion", false),
        Bool("cross_entropy_loss_fusion", false),
        Bool("deallocate_pipeline_outputs", false),
        Bool("attention_softmax_in_fp32", true),
        Bool("masked_softmax_fusion", false),
        Bool("multi_latent_attention", true),
        IntOrNull("q_lora_rank", 512),
        Int("kv_lora_rank", 512),
        Int("qk_head_dim", 128),
        Int("qk_pos_emb_head_dim", 64),
        Int("v_head_dim", 128),
        Text("rope_type", "yarn"),
        Float("rotary_base", 10000),
        Float("rotary_percent", 1.0),
        Float("rotary_scaling_factor", 40),
        Int("original_max_position_embeddings", 4096),
        Float("beta_fast", 32),
        Float("beta_slow", 1),
        Float("mscale", 1.0),
        Float("mscale_all_dim", 0.0),
        Bool("cache_mla_latents", false),
        Bool("mla_down_proj_fusion", false),
    ];
}
