using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Model;

namespace MegatronBridge.Tests.Bridge.Model.Towers;

/// <summary>Configs as they were published, whose models have a known number of parameters.</summary>
public sealed class ReleasedSizesTests
{
    // With the keys of the language model among the others, and older names.
    private const string Qwen25Vl7B = """
        {
          "architectures": ["Qwen2_5_VLForConditionalGeneration"], "attention_dropout": 0.0, "bos_token_id": 151643,
          "eos_token_id": 151645, "vision_start_token_id": 151652, "vision_end_token_id": 151653, "vision_token_id": 151654,
          "image_token_id": 151655, "video_token_id": 151656, "hidden_act": "silu", "hidden_size": 3584,
          "initializer_range": 0.02, "intermediate_size": 18944, "max_position_embeddings": 128000, "max_window_layers": 28,
          "model_type": "qwen2_5_vl", "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4,
          "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": false,
          "torch_dtype": "bfloat16", "transformers_version": "4.41.2", "use_cache": true, "use_sliding_window": false,
          "vision_config": {
            "depth": 32, "hidden_act": "silu", "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16,
            "in_chans": 3, "out_hidden_size": 3584, "patch_size": 14, "spatial_merge_size": 2, "spatial_patch_size": 14,
            "window_size": 112, "fullatt_block_indexes": [7, 15, 23, 31], "tokens_per_second": 2, "temporal_patch_size": 2
          },
          "rope_scaling": { "type": "mrope", "mrope_section": [16, 24, 24] }, "vocab_size": 152064
        }
        """;

    private const string Qwen3Vl8B = """
        {
          "architectures": ["Qwen3VLForConditionalGeneration"], "image_token_id": 151655, "model_type": "qwen3_vl",
          "text_config": {
            "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 151643, "dtype": "bfloat16",
            "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
            "intermediate_size": 12288, "max_position_embeddings": 262144, "model_type": "qwen3_vl_text",
            "num_attention_heads": 32, "num_hidden_layers": 36, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
            "rope_scaling": { "mrope_interleaved": true, "mrope_section": [24, 20, 20], "rope_type": "default" },
            "rope_theta": 5000000, "use_cache": true, "vocab_size": 151936
          },
          "tie_word_embeddings": false, "transformers_version": "4.57.0.dev0", "video_token_id": 151656,
          "vision_config": {
            "deepstack_visual_indexes": [8, 16, 24], "depth": 27, "hidden_act": "gelu_pytorch_tanh", "hidden_size": 1152,
            "in_channels": 3, "initializer_range": 0.02, "intermediate_size": 4304, "model_type": "qwen3_vl",
            "num_heads": 16, "num_position_embeddings": 2304, "out_hidden_size": 4096, "patch_size": 16,
            "spatial_merge_size": 2, "temporal_patch_size": 2
          },
          "vision_end_token_id": 151653, "vision_start_token_id": 151652
        }
        """;

    [Theory]
    [InlineData(Qwen25Vl7B, 8_292_166_656)]
    [InlineData(Qwen3Vl8B, 8_767_123_696)]
    public void The_table_of_a_published_config_has_the_parameters_of_the_published_model(string json, long parameters)
    {
        HfConfig config = HfConfig.Parse(Encoding.UTF8.GetBytes(json));
        Family family = FamilyList.Of(config);
        ModelProvider provider = family.ToProvider(config);
        provider.Complete();
        Assert.True(provider.Bf16);
        Assert.Equal("mrope", provider.PositionEmbeddingType);
        Assert.Equal(parameters, ModelTable.Build(provider).Parameters.Sum(entry => entry.Shape.ElementCount));
    }
}
