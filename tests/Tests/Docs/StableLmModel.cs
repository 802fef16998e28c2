using System.Text.Json.Nodes;
using MegatronBridge.Families;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Docs;

/// <summary>A small model of the family that docs/add-a-family.md adds.</summary>
internal static class StableLmModel
{
    // As transformers writes it for such a model.
    public const string Config = """
        {
          "architectures": ["StableLmForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 0, "dtype": "bfloat16", "eos_token_id": 0,
          "hidden_act": "silu", "hidden_dropout": 0.0, "hidden_size": 64, "initializer_range": 0.02, "intermediate_size": 96,
          "layer_norm_eps": 1e-05, "max_position_embeddings": 256, "model_type": "stablelm", "num_attention_heads": 4,
          "num_hidden_layers": 2, "num_key_value_heads": 2, "pad_token_id": null, "partial_rotary_factor": 0.25,
          "qk_layernorm": false, "rope_parameters": { "partial_rotary_factor": 0.25, "rope_theta": 10000.0, "rope_type": "default" },
          "tie_word_embeddings": false, "transformers_version": "5.12.1", "use_cache": true, "use_parallel_residual": false,
          "use_qkv_bias": true, "vocab_size": 136
        }
        """;

    /// <summary>Writes the model as a folder.</summary>
    public static async Task WriteAsync(string folder)
    {
        SmallModel model = SmallModel.Of(StableLm.Family, JsonNode.Parse(Config)!.AsObject());
        Directory.CreateDirectory(folder);
        SafetensorsLayout weights = new(
            WeightNames.Transformers.SingleFile,
            model.Names.Select(name => KeyValuePair.Create(name, model.Find(name)!))
        );
        await TransferEngine.RunAsync([weights], folder, TransferOptions.Default);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), Config);
    }
}
