using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Gemma 1: Llama's tensors, a GELU gate, norms that scale by 1 + weight (as Megatron's do here, so they are copied), and an
/// embedding that the model itself scales by the root of the hidden size.
/// </summary>
/// <remarks>
/// Upstream takes the head to be tied whatever the config says and loses it in untied variants; here the config decides.
/// </remarks>
public static class Gemma
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "GemmaForCausalLM",
        ModelType    = "gemma",
        HfDefaults   = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "head_dim": 256,
              "hidden_act": "gelu_pytorch_tanh", "hidden_activation": null, "hidden_size": 3072, "initializer_range": 0.02,
              "intermediate_size": 24576, "max_position_embeddings": 8192, "num_attention_heads": 16,
              "num_hidden_layers": 28, "num_key_value_heads": 16, "rms_norm_eps": 1e-06, "tie_word_embeddings": true,
              "use_bidirectional_attention": null, "use_cache": true, "vocab_size": 256000
            }
            """,
        Configure    = Configure,
        ConfigureHf  = (_, _) => { },
        Schema       = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.gemma.gemma_provider.GemmaModelProvider",
            [.. Defaults, Label("attention_backend", Targets.AttentionFlash), DTypeOrNull("autocast_dtype", "bfloat16"),
             Bool("bf16", true), DType("params_dtype", "bfloat16")]
        ),
        Parameters   = [.. Decoder.Ends, .. Decoder.Attention, .. Decoder.GatedMlp],
        Ignored      = Decoder.Ignored,
    };

    /// <summary>What the provider classes of Gemma 1 and 2 have in common.</summary>
    internal static IReadOnlyList<ProviderField> Defaults =>
        [
            Text("normalization", "RMSNorm"),
            Label("activation_func", Targets.FastGelu),
            Bool("gated_linear_unit", true),
            Text("position_embedding_type", "rope"),
            Bool("add_bias_linear", false),
            Int("seq_length", 8192),
            Int("kv_channels", 256),
            Float("attention_dropout", 0.0),
            Float("hidden_dropout", 0.0),
            Bool("share_embeddings_and_output_weights", true),
            Bool("layernorm_zero_centered_gamma", true),
            Float("layernorm_epsilon", 1e-06),
            Int("vocab_size", 256000),
        ];

    /// <summary>The activation is GELU by tanh, though the configs of the first releases say "gelu".</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf) => provider.ActivationFunc = Targets.FastGelu;
}
