using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Qwen3.5 and Qwen3.6 with experts, that see.</summary>
public static class Qwen35VlMoe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3_5MoeForConditionalGeneration",
        ModelType     = "qwen3_5_moe",
        TextConfig    = "text_config",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.qwen_vl.qwen35_vl_provider.Qwen35VLMoEModelProvider",
            [
                .. Qwen35Vl.Fields, IntOrNull("num_query_groups", 2), IntOrNull("linear_num_value_heads", 64),
                IntOrList("eos_token_id", 248046), IntOrNull("num_moe_experts", 512), Int("moe_router_topk", 10),
                Bool("moe_shared_expert_gate", true), ChoiceOrNull("moe_router_dtype", "fp32", "fp32", "fp64"),
                TextOrList("moe_router_load_balancing_type", "global_aux_loss"), Bool("moe_grouped_gemm", true),
                Choice("moe_token_dispatcher_type", "alltoall", "allgather", "alltoall", "flex"),
                Bool("moe_permute_fusion", true), FloatOrList("moe_aux_loss_coeff", 0.001),
                Text("vision_cuda_graph_impl", "none"), TextList("vision_cuda_graph_scope"),
                IntOrNull("max_vision_cuda_graph_seq_length"),
            ]
        ).MadeOf(Qwen3Vision.In("vision_model."), LanguageModel.In("language_model.")).CompletedBy(Qwen3Vl.Complete),
        HfDefaults    = """
            {
              "dtype": null, "image_token_id": 248056, "tie_word_embeddings": false, "video_token_id": 248057,
              "vision_start_token_id": 248053, "vision_end_token_id": 248054,
              "text_config": {
                "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 256, "hidden_act": "silu",
                "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": null, "layer_types": null,
                "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_num_key_heads": 16,
                "linear_num_value_heads": 32, "linear_value_head_dim": 128, "max_position_embeddings": 32768,
                "model_type": "qwen3_5_moe_text", "moe_intermediate_size": 512, "num_attention_heads": 16,
                "num_experts": 256, "num_experts_per_tok": 8, "num_hidden_layers": 40, "num_key_value_heads": 2,
                "output_router_logits": false, "partial_rotary_factor": 0.25, "rms_norm_eps": 1e-06,
                "rope_parameters": null, "router_aux_loss_coef": 0.001, "shared_expert_intermediate_size": 512,
                "tie_word_embeddings": false, "use_cache": true, "vocab_size": 248320
              },
              "vision_config": {
                "depth": 27, "dtype": null, "hidden_act": "gelu_pytorch_tanh", "hidden_size": 1152, "in_channels": 3,
                "initializer_range": 0.02, "intermediate_size": 4304, "model_type": "qwen3_5_moe_vision",
                "num_heads": 16, "num_position_embeddings": 2304, "out_hidden_size": 3584, "patch_size": 16,
                "spatial_merge_size": 2, "temporal_patch_size": 2
              }
            }
            """,
        ConfigMapping = DeltaNet.ConfigMapping,
        OuterMapping  = Qwen3Vl.OuterMapping,
        KeptConfigs   = [new("vision_config", "vision_config", "transformers.models.qwen3_5_moe.configuration_qwen3_5_moe.Qwen3_5MoeVisionConfig")],
        Configure     = (provider, hf) =>
        {
            Qwen35Vl.Configure(provider, hf);
            DeltaNet.ConfigureExperts(provider);
        },
        ConfigureHf   = Qwen35Vl.ConfigureHf,
        Parameters    = [.. Qwen3Vl.Vision, .. Qwen35Moe.Family.Parameters.Inside()],
        Ignored       = [.. Qwen35Moe.Family.Ignored.Inside()],
    };
}
