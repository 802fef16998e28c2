using System.Text.Json.Nodes;
using MegatronBridge.Layout;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>
/// Small configs: those of the golden manifests, variations of them that the manifests do not have (other heads, groups and
/// widths, tied and untied, with and without biases), and models of transformers of the families that have no manifest.
/// </summary>
public static class SmallConfigs
{
    // Base manifest, what is changed in its config.
    private static readonly Dictionary<string, (string Manifest, string Changes)> Variations = new()
    {
        ["llama-mha"] = (
            "llama",
            """{ "num_key_value_heads": 4, "tie_word_embeddings": false, "rope_parameters": null, "rope_theta": 10000.0 }"""
        ),
        ["llama-one-group"] = ("llama", """{ "num_attention_heads": 8, "num_key_value_heads": 1, "head_dim": 12 }"""),
        ["llama-attention-bias"] = ("llama", """{ "attention_bias": true, "mlp_bias": true }"""),
        ["llama-odd-widths"] = (
            "llama",
            """{ "hidden_size": 40, "num_attention_heads": 5, "num_key_value_heads": 5, "head_dim": 8, "intermediate_size": 44, "num_hidden_layers": 3 }"""
        ),
        ["mistral-window"] = ("mistral", """{ "sliding_window": 32, "num_hidden_layers": 4 }"""),
        ["qwen2-tied"] = (
            "qwen2",
            """{ "tie_word_embeddings": true, "num_attention_heads": 8, "num_key_value_heads": 4, "vocab_size": 136 }"""
        ),
        ["qwen3-untied"] = ("qwen3", """{ "tie_word_embeddings": false, "num_hidden_layers": 6 }"""),
        ["qwen3moe-eight"] = (
            "qwen3moe",
            """{ "num_local_experts": 8, "moe_intermediate_size": 24, "vocab_size": 136, "num_hidden_layers": 4 }"""
        ),
        ["deepseek_v3-uncompressed-query"] = (
            "deepseek_v3",
            """{ "q_lora_rank": null, "n_shared_experts": 2, "num_hidden_layers": 4, "num_nextn_predict_layers": 1, "vocab_size": 144 }"""
        ),
        ["minimax_m2-one-group"] = (
            "minimax_m2",
            """{ "num_attention_heads": 8, "num_key_value_heads": 1, "num_local_experts": 8, "vocab_size": 144 }"""
        ),
        ["olmoe-normalised"] = (
            "olmoe",
            """{ "norm_topk_prob": true, "num_experts": 8, "tie_word_embeddings": true }"""
        ),
        ["glm4_moe-three-dense"] = (
            "glm4_moe",
            """{ "num_hidden_layers": 6, "first_k_dense_replace": 3, "n_shared_experts": 2, "attention_bias": false, "use_qk_norm": false }"""
        ),
        ["glm_moe_dsa-predicting"] = (
            "glm_moe_dsa",
            """
            { "num_nextn_predict_layers": 2, "num_hidden_layers": 4, "indexer_types": ["full", "full", "shared", "full"],
              "mlp_layer_types": ["dense", "sparse", "dense", "sparse"] }
            """
        ),
        ["exaone_moe-repeated"] = (
            "exaone_moe",
            """{ "num_nextn_predict_layers": 1, "mtp_num_speculative_steps": 3, "num_shared_experts": 2 }"""
        ),
        ["ernie45_moe-every-second"] = (
            "ernie45_moe",
            """
            { "num_hidden_layers": 8, "moe_layer_start_index": 2, "moe_layer_end_index": 5, "moe_layer_interval": 2,
              "moe_num_shared_experts": 2, "tie_word_embeddings": false }
            """
        ),
        ["kimi_vl"] = (
            "kimi_k25",
            """
            {
              "architectures": ["KimiVLForConditionalGeneration"], "model_type": "kimi_vl",
              "text_config": {
                "model_type": "deepseek_v3", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 4, "num_attention_heads": 4,
                "num_key_value_heads": 4, "q_lora_rank": null, "kv_lora_rank": 16, "qk_nope_head_dim": 16, "qk_rope_head_dim": 8,
                "v_head_dim": 16, "first_k_dense_replace": 1, "n_routed_experts": 4, "n_shared_experts": 2, "num_experts_per_tok": 2,
                "moe_intermediate_size": 32, "n_group": 1, "topk_group": 1, "num_nextn_predict_layers": 0, "vocab_size": 176,
                "rope_theta": 800000.0, "routed_scaling_factor": 2.446, "max_position_embeddings": 256
              },
              "vision_config": {
                "model_type": "moonvit", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2,
                "patch_size": 4, "init_pos_emb_height": 6, "init_pos_emb_width": 5, "merge_kernel_size": [2, 3]
              }
            }
            """
        ),
        ["step3p7-mtp"] = (
            "step3p7",
            """
            {
              "projector_bias": true,
              "text_config": {
                "model_type": "step3p5", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 4, "num_attention_heads": 4,
                "num_attention_groups": 2, "head_dim": 16, "vocab_size": 156, "moe_num_experts": 4, "moe_top_k": 2,
                "moe_intermediate_size": 32, "share_expert_dim": 48, "moe_layers_enum": "1,2,3", "num_nextn_predict_layers": 1,
                "layer_types": [
                  "full_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention"
                ],
                "attention_other_setting": {
                  "attention_type": "sliding_attention", "head_dim": 16, "num_attention_groups": 2, "num_attention_heads": 8
                },
                "rope_theta": [5000000.0, 10000.0, 10000.0, 5000000.0, 10000.0], "sliding_window": 16, "max_position_embeddings": 256
              }
            }
            """
        ),
        ["deepseek_v4-three-predicting"] = (
            "deepseek_v4-mtp",
            """
            { "num_nextn_predict_layers": 2, "hc_mult": 3, "num_attention_heads": 8, "o_groups": 4, "tie_word_embeddings": false,
              "layer_types": null, "compress_ratios": [0, 0, 4, 128], "num_hash_layers": 2, "mlp_layer_types": null }
            """
        ),
        ["bailing-biased"] = ("bailing", """{ "use_qkv_bias": true, "use_qk_norm": false, "num_shared_experts": 2 }"""),
        ["qwen2_moe-every-second"] = (
            "qwen2_moe",
            """{ "decoder_sparse_step": 2, "num_hidden_layers": 6, "num_experts": 8, "qkv_bias": false, "num_key_value_heads": 2 }"""
        ),
        ["granitemoeshared-eight"] = (
            "granitemoeshared",
            """{ "num_local_experts": 8, "tie_word_embeddings": true, "embedding_multiplier": 12, "logits_scaling": 6 }"""
        ),
        ["mimo-tied"] = (
            "mimo",
            """{ "num_nextn_predict_layers": 1, "num_hidden_layers": 4, "tie_word_embeddings": true }"""
        ),
        ["deepseek_v3-experts-everywhere"] = (
            "deepseek_v3",
            """{ "first_k_dense_replace": 0, "n_shared_experts": 0, "n_routed_experts": 8, "num_hidden_layers": 4 }"""
        ),
        ["gpt_oss-wide"] = ("gpt_oss", """{ "intermediate_size": 64, "num_local_experts": 8 }"""),
        ["gemma-untied"] = (
            "gemma",
            """{ "tie_word_embeddings": false, "hidden_act": "gelu", "num_key_value_heads": 1 }"""
        ),
        ["gemma2-no-caps"] = (
            "gemma2",
            """{ "attn_logit_softcapping": null, "head_dim": 24, "num_hidden_layers": 3 }"""
        ),
        ["gemma3-stretched"] = (
            "gemma3",
            """{ "rope_parameters": null, "rope_theta": 1000000.0, "rope_scaling": { "rope_type": "linear", "factor": 8.0 }, "num_hidden_layers": 6, "vocab_size": 144 }"""
        ),
        ["gemma4-odd-vocabulary"] = (
            "gemma4",
            """
            { "vocab_size": 200, "num_hidden_layers": 7, "layer_types": null, "global_head_dim": 48, "num_global_key_value_heads": 4,
              "tie_word_embeddings": false }
            """
        ),
        ["gemma4-all-kinds"] = (
            "gemma4-e2b",
            """
            { "attention_k_eq_v": true, "num_global_key_value_heads": 1, "num_kv_shared_layers": 2, "vocab_size_per_layer_input": 168 }
            """
        ),
        ["gemma4_moe-no-turns"] = (
            "gemma4_moe-26b",
            """
            { "num_hidden_layers": 4, "num_experts": 8, "num_global_key_value_heads": 8,
              "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention"] }
            """
        ),
        ["gemma3_vl-untied"] = (
            "gemma3_vl",
            """{ "tie_word_embeddings": false, "vision_config": { "num_hidden_layers": 3, "image_size": 24 } }"""
        ),
        ["mistral3_vl-features"] = (
            "mistral3_vl",
            """
            { "vision_feature_layer": [-2, -1], "multimodal_projector_bias": true, "text_config": { "num_hidden_layers": 4 } }
            """
        ),
        ["glm45v-wide-tower"] = (
            "glm45v",
            """
            { "tie_word_embeddings": true, "text_config": { "n_routed_experts": 8, "n_shared_experts": 2, "attention_bias": false },
              "vision_config": { "attention_bias": true, "hidden_size": 48, "intermediate_size": 40, "spatial_merge_size": 3 } }
            """
        ),
        ["gemma4_vl-without-bounds"] = (
            "gemma4_vl-audio",
            """
            { "tie_word_embeddings": false, "vision_config": { "standardize": false, "use_clipped_linears": false },
              "audio_config": { "use_clipped_linears": false, "num_hidden_layers": 1, "subsampling_conv_channels": [8, 16] } }
            """
        ),
        ["exaone4_5_vl-tied"] = (
            "exaone4_5_vl",
            """
            { "tie_word_embeddings": true, "text_config": { "layer_types": null, "sliding_window_pattern": 2, "num_hidden_layers": 6 },
              "vision_config": { "num_heads": 4, "num_key_value_heads": 4, "depth": 1, "patch_size": 2 } }
            """
        ),
        ["ernie45_vl-untied"] = (
            "ernie45_vl",
            """
            { "tie_word_embeddings": false,
              "text_config": { "moe_intermediate_size": [16, 40], "moe_num_experts": 8, "mlp_layer_types": null, "num_hidden_layers": 4 },
              "vision_config": { "depth": 1, "in_channels": 4, "temporal_merge_size": 3 } }
            """
        ),
        ["ernie45_vl-released"] = (
            "ernie45_vl",
            """
            { "model_type": "ernie4_5_moe_vl", "text_config": null, "hidden_act": "silu", "hidden_size": 64, "intermediate_size": 128,
              "max_position_embeddings": 256, "moe_intermediate_size": [32, 16], "moe_k": 2, "moe_layer_end_index": [5, 4],
              "moe_layer_interval": 1, "moe_layer_start_index": [1, 1], "moe_num_experts": [4, 4], "moe_num_shared_experts": 1,
              "num_attention_heads": 4, "num_hidden_layers": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
              "rope_scaling": { "type": "default", "mrope_section": [3, 3, 2] }, "spatial_conv_size": 2, "temporal_conv_size": 2,
              "tie_word_embeddings": true, "use_bias": false, "vocab_size": 176, "pixel_hidden_size": 32, "im_patch_id": 7,
              "vision_config": { "model_type": "DFNRope_vision_transformer", "embed_dim": 32, "mlp_ratio": 2, "intermediate_size": null } }
            """
        ),
        ["nemotron-tied"] = (
            "nemotron",
            """{ "tie_word_embeddings": true, "head_dim": 24, "attention_bias": false }"""
        ),
        ["exaone4-untied"] = ("exaone4", """{ "tie_word_embeddings": false, "num_key_value_heads": 4 }"""),
        ["gpt-oss-square"] = ("gpt_oss", """{ "intermediate_size": 64, "num_local_experts": 8, "vocab_size": 152 }"""),
        ["qwen3next-heads"] = (
            "qwen3_next",
            """{ "linear_num_key_heads": 4, "linear_num_value_heads": 12, "linear_value_head_dim": 8, "num_attention_heads": 8, "full_attention_interval": 2, "layer_types": null, "num_hidden_layers": 6 }"""
        ),
        ["qwen35-mtp"] = ("qwen3_5", """{ "mtp_num_hidden_layers": 1, "attention_bias": false, "vocab_size": 168 }"""),
        ["nemotron_h-old-spelling"] = (
            "nemotron_h-moe",
            """{ "layers_block_type": null, "hybrid_override_pattern": "M*E-ME", "mamba_num_heads": 4, "n_groups": 4, "num_key_value_heads": 4 }"""
        ),
        ["nemotron_h-deep-prediction"] = (
            "nemotron_h-mtp",
            """{ "num_nextn_predict_layers": 2, "mtp_use_repeated_layer": false, "mtp_hybrid_override_pattern": "M*E" }"""
        ),
        ["llama_nemotron-linear"] = (
            "llama_nemotron",
            """
            { "block_configs": [
                { "attention": { "n_heads_in_group": 1 }, "ffn": { "no_op": false, "replace_with_linear": true } },
                { "attention": { "replace_with_linear": true }, "ffn": { "ffn_mult": 4.5 } },
                { "attention": { "num_query_groups": 2 }, "mlp": { "ffn_hidden_size": 96 } },
                { "attention": { "no_op": true }, "ffn": { "no_op": true } } ] }
            """
        ),
        ["nemotron_labs_diffusion-tied"] = (
            "nemotron_labs_diffusion",
            """{ "tie_word_embeddings": true, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 12, "num_hidden_layers": 4 }"""
        ),
        ["nemotron_labs_diffusion-tower"] = (
            "nemotron_labs_diffusion",
            """
            { "text_config": { "hidden_size": 48, "intermediate_size": 96, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
              "num_hidden_layers": 4, "vocab_size": 152, "dtype": "bfloat16",
              "rope_parameters": { "rope_type": "yarn", "rope_theta": 1000000.0, "factor": 16.0 } } }
            """
        ),
        ["nemotron_vl-small"] = (
            "nemotron_vl",
            """
            { "llm_config": { "hidden_size": 48, "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 16, "intermediate_size": 96,
              "hybrid_override_pattern": "M*-M", "mamba_num_heads": 8, "mamba_head_dim": 16, "n_groups": 4, "ssm_state_size": 8,
              "tie_word_embeddings": false, "vocab_size": 160, "dtype": "bfloat16" } }
            """
        ),
        ["nemotron_omni-silent"] = (
            "nemotron_omni",
            """{ "sound_config": null, "sound_context_token_id": null, "vision_config": { "separate_video_embedder": false }, "projector_hidden_size": 64 }"""
        ),
        ["nemotron_omni-early"] = ("nemotron_omni", """{ "architectures": ["NemotronH_Nano_VL_V2"] }"""),
        ["nemotron_omni-loud"] = (
            "nemotron_omni",
            """
            { "sound_config": { "hidden_size": 48, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 40, "num_mel_bins": 20,
              "subsampling_factor": 4, "conv_kernel_size": 5, "convolution_bias": true, "projection_hidden_size": 24 } }
            """
        ),
        ["flux-wide"] = (
            "flux",
            """{ "attention_head_dim": 24, "patch_size": 2, "num_layers": 1, "num_single_layers": 2, "mlp_ratio": 3.0 }"""
        ),
        ["wan-deep"] = (
            "wan",
            """{ "num_layers": 6, "patch_size": [2, 1, 1], "out_channels": 8, "num_attention_heads": 8, "attention_head_dim": 12 }"""
        ),
        ["llada-tied"] = (
            "llada",
            """{ "weight_tying": true, "n_kv_heads": null, "mlp_hidden_size": null, "include_qkv_bias": true, "embedding_size": null, "vocab_size": 156 }"""
        ),
        ["llada-biased"] = ("llada", """{ "include_bias": true, "n_layers": 4 }"""),
        ["falcon_h1-even"] = (
            "falcon_h1",
            """{ "vocab_size": 164, "num_key_value_heads": 4, "num_hidden_layers": 4 }"""
        ),
        ["falcon_h1-biased"] = (
            "falcon_h1",
            """
            { "vocab_size": 176, "attention_bias": true, "mlp_bias": true, "mamba_proj_bias": true, "projectors_bias": true,
              "mamba_n_heads": 8, "mamba_d_ssm": 128, "mamba_n_groups": 4, "tie_word_embeddings": true, "mamba_d_conv": 3 }
            """
        ),
        ["falcon_h1-bare"] = (
            "falcon_h1",
            """{ "vocab_size": 164, "mamba_conv_bias": false, "mamba_rms_norm": false, "head_dim": 24 }"""
        ),
        ["qwen35moe-mtp"] = ("qwen3_5_moe", """{ "mtp_num_hidden_layers": 1, "num_key_value_heads": 4 }"""),
        ["qwen25_vl-tied"] = (
            "qwen25_vl",
            """
            { "tie_word_embeddings": true, "text_config": { "num_hidden_layers": 4, "num_key_value_heads": 4 },
              "vision_config": { "depth": 3, "hidden_size": 48, "patch_size": 2, "temporal_patch_size": 1, "spatial_merge_size": 3 } }
            """
        ),
        ["qwen2_audio-deep"] = (
            "qwen2_audio",
            """
            { "text_config": { "num_hidden_layers": 4, "hidden_size": 96 },
              "audio_config": { "encoder_layers": 3, "d_model": 40, "encoder_ffn_dim": 72, "num_mel_bins": 8, "max_source_positions": 24 } }
            """
        ),
        ["qwen3_vl-three-mergers"] = (
            "qwen3_vl",
            """
            { "tie_word_embeddings": true, "text_config": { "num_hidden_layers": 6, "attention_bias": true },
              "vision_config": { "depth": 5, "num_heads": 4, "deepstack_visual_indexes": [0, 1, 3], "temporal_patch_size": 1 } }
            """
        ),
        ["qwen3_vl-no-mergers"] = (
            "qwen3_vl",
            """{ "vision_config": { "deepstack_visual_indexes": [], "num_heads": 4 } }"""
        ),
        ["qwen3_vl_moe-square-down"] = (
            "qwen3_vl_moe",
            """{ "text_config": { "moe_intermediate_size": 64, "num_local_experts": 8, "num_hidden_layers": 4 } }"""
        ),
        ["qwen3_vl_moe-dense-layers"] = (
            "qwen3_vl_moe",
            """{ "text_config": { "mlp_only_layers": [0, 2], "moe_intermediate_size": 24, "num_hidden_layers": 4 } }"""
        ),
        ["qwen3_5_vl-predicting"] = (
            "qwen3_5_vl",
            """{ "text_config": { "mtp_num_hidden_layers": 1, "vocab_size": 168 }, "vision_config": { "num_heads": 4 } }"""
        ),
        ["qwen3_5_moe_vl-predicting"] = (
            "qwen3_5_moe_vl",
            """{ "text_config": { "mtp_num_hidden_layers": 1, "num_key_value_heads": 4, "vocab_size": 176 } }"""
        ),
        ["qwen25_omni-deep"] = (
            "qwen25_omni",
            """
            { "thinker_config": { "text_config": { "num_hidden_layers": 4, "num_key_value_heads": 4 }, "vision_config": { "depth": 3 },
              "audio_config": { "encoder_layers": 3, "output_dim": 72, "d_model": 40 } } }
            """
        ),
        ["qwen3_omni-odd-bins"] = (
            "qwen3_omni",
            """
            { "thinker_config": { "text_config": { "num_experts": 8, "num_hidden_layers": 4, "mlp_only_layers": [1] },
              "vision_config": { "depth": 3, "deepstack_visual_indexes": [0, 2] },
              "audio_config": { "num_mel_bins": 19, "downsample_hidden_size": 6 } } }
            """
        ),
        ["qwen3_asr-tied"] = (
            "qwen3_asr",
            """{ "thinker_config": { "text_config": { "tie_word_embeddings": true, "num_hidden_layers": 4 } } }"""
        ),
    };

    /// <summary>Layouts to try; which of them a model divides over depends on it.</summary>
    public static IReadOnlyList<ParallelSizes> Layouts { get; } =
    [
        new() { Tp = 2 },
        new() { Tp = 4 },
        new() { Pp = 2 },
        new() { Pp = 2, Vp = 2 },
        new() { Pp = 3 },
        new() { Dp = 3 },
        new()
        {
            Tp = 2,
            Pp = 2,
            Dp = 2,
        },
        new() { Tp = 2, Ep = 2 },
        new() { Ep = 4 },
        new()
        {
            Tp = 2,
            Ep = 2,
            Etp = 2,
            Pp = 2,
        },
        new()
        {
            Tp = 2,
            Cp = 2,
            Ep = 4,
        },
    ];

    public static TheoryData<string> All =>
        [.. GoldenCases.Families, .. GoldenCases.Towers, .. Variations.Keys, .. TransformersModel.Names];

    public static JsonObject Config(string name)
    {
        if (TransformersModel.Names.Contains(name))
        {
            return TransformersModel.Of(name).Config;
        }

        (string manifest, string changes) = Variations.GetValueOrDefault(name, (name, "{}"));
        JsonObject config = GoldenManifest.Load(manifest).Hf["config"]!.DeepClone().AsObject();
        Change(config, JsonNode.Parse(changes)!.AsObject());
        return config;
    }

    private static void Change(JsonObject config, JsonObject changes)
    {
        foreach ((string key, JsonNode? value) in changes)
        {
            if (
                key.EndsWith("_config", StringComparison.Ordinal)
                && config[key] is JsonObject inner
                && value is JsonObject innerChanges
            )
            {
                Change(inner, innerChanges);
            }
            else
            {
                config[key] = value?.DeepClone();
            }
        }
    }
}
