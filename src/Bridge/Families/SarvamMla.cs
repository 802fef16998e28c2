using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Sarvam with latent attention: DeepSeek's tensors, the query not compressed. (Upstream fails on import, as with
/// DeepSeek-V2-Lite.)
/// </summary>
public static class SarvamMla
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "SarvamMLAForCausalLM",
        ModelType     = "sarvam_mla",
        Schema        = ProviderSchema.Mla.Derive(
            "megatron.bridge.models.sarvam.sarvam_provider.SarvamMLAModelProvider",
            [.. SarvamMoe.Defaults, TextList("recompute_modules", "moe"), IntOrNull("q_lora_rank"), Float("mscale_all_dim", 1.0)]
        ),
        ConfigMapping = SarvamMoe.Family.ConfigMapping.Without("head_dim"),
        HfDefaults    = """
            {
              "attention_dropout": 0.0, "dtype": null, "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": null,
              "intermediate_size": null, "kv_lora_rank": 512, "max_position_embeddings": 131072, "moe_intermediate_size": 2048,
              "num_attention_heads": null, "num_experts": 128, "num_experts_per_tok": 8, "num_hidden_layers": null,
              "num_shared_experts": 1, "q_lora_rank": null, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06,
              "rope_theta": 10000.0, "routed_scaling_factor": 2.5, "tie_word_embeddings": false, "use_cache": true,
              "v_head_dim": 128, "vocab_size": null
            }
            """,
        Configure     = SarvamMoe.Configure,
        ConfigureHf   = SarvamMoe.ConfigureHf,
        Parameters    = [.. Decoder.Ends, .. DeepseekV2.Layer],
        Ignored       = Decoder.Ignored,
    };
}
