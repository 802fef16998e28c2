using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Llama-Nemotron Super and Ultra: Llama, but each layer has its own query groups and width, and attention or MLP may be a single linear
/// layer or missing; <c>block_configs</c> tells.
/// </summary>
/// <remarks>Upstream has no mapping for the linear layers, which only the 51 B model has.</remarks>
public static class LlamaNemotron
{
    private const string Blocks = "heterogeneous_layers_config_encoded_json";

    // What a provider does not have as such.
    private static readonly string[] KeptKeys =
    [
        "block_configs",
        "head_dim",
        "intermediate_size",
        "num_key_value_heads",
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "DeciLMForCausalLM",
        ModelType    = "nemotron-nas",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "block_configs": null, "dtype": null, "head_dim": null, "hidden_act": "silu",
              "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 2048,
              "mlp_bias": false, "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": null,
              "pretraining_tp": 1, "rms_norm_eps": 1e-06, "tie_word_embeddings": false, "vocab_size": 32000
            }
            """,
        ConfigMapping = ConfigMapping.Standard.Without("num_key_value_heads"),
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Schema       = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.llama_nemotron.llama_nemotron_provider.LlamaNemotronHeterogeneousProvider",
            Text("normalization", "RMSNorm"), Label("activation_func", Targets.Silu), Bool("gated_linear_unit", true),
            Text("position_embedding_type", "rope"), Bool("add_bias_linear", false), Float("hidden_dropout", 0.0),
            Float("attention_dropout", 0.0), Bool("share_embeddings_and_output_weights", false), Bool("bias_activation_fusion", true),
            Bool("masked_softmax_fusion", true), Bool("persist_layer_norm", true), Bool("bias_dropout_fusion", true),
            Bool("apply_rope_fusion", true), Float("rotary_percent", 1.0), IntOrNull("num_query_groups", 8), Float("init_method_std", 0.02),
            Bool("bf16", true), Bool("fp16", false), DType("params_dtype", "bfloat16"), DTypeOrNull("autocast_dtype", "bfloat16"),
            TextOrNull("heterogeneous_layers_config_path"), Text(Blocks, ""), Any("per_block_parameters"),
            Label("transformer_layer_spec", Targets.Function("megatron.bridge.models.llama_nemotron.llama_nemotron_provider.heterogeneous_layer_spec"))
        ),
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.GatedMlp,

            // where a linear layer stands for attention or MLP
            new Same("decoder.layers.*.self_attention.layer_norm_weight", "model.layers.*.input_layernorm.weight"),
            new Same("decoder.layers.*.self_attention.weight",            "model.layers.*.self_attn.linear_attn.weight"),
            new Same("decoder.layers.*.mlp.layer_norm_weight",            "model.layers.*.post_attention_layernorm.weight"),
            new Same("decoder.layers.*.mlp.weight",                       "model.layers.*.mlp.linear_mlp.weight"),
        ],
        Ignored      = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        IReadOnlyList<LayerBlock> blocks = LayerBlock.Read(hf, provider.NumAttentionHeads, provider.HiddenSize);
        provider.NumQueryGroups =
            blocks.FirstOrDefault(block => block.QueryGroups is not null)?.QueryGroups ?? provider.NumAttentionHeads;
        provider[Blocks] = PythonJson.Write(hf.Json);
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonObject kept = PythonJson.Parse(Encoding.UTF8.GetBytes(provider[Blocks].ToString()), Blocks);
        foreach (string key in KeptKeys)
        {
            hf.Remove(key);
            if (kept.TryGetPropertyValue(key, out JsonNode? value))
            {
                hf[key] = value?.DeepClone();
            }
        }
    }
}
