using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Command R and R+: attention and MLP side by side behind one norm, a LayerNorm without bias; in R+ norms of each query and key head,
/// with weights of its own for every head; neighbouring channels rotate together; logits are scaled. Not in upstream.
/// </summary>
/// <remarks>
/// Megatron-Core has no such layers: they are named by <c>cohere_layer_spec</c>. The norm is <c>input_layernorm</c>, as Megatron calls
/// a norm that is not fused; the norms of the heads are <c>[heads, head size]</c> matrices, cut by heads.
/// </remarks>
public static class Cohere
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "CohereForCausalLM",
        ModelType     = "cohere",
        IsUpstream    = false,
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "dtype": null, "hidden_act": "silu", "hidden_size": 8192,
              "initializer_range": 0.02, "intermediate_size": 22528, "layer_norm_eps": 1e-05, "logit_scale": 0.0625,
              "max_position_embeddings": 8192, "num_attention_heads": 64, "num_hidden_layers": 40, "num_key_value_heads": null,
              "rope_theta": 500000.0, "tie_word_embeddings": true, "use_cache": true, "use_qk_norm": false, "vocab_size": 256000
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("layer_norm_eps", "layernorm_epsilon"),
            ("logit_scale",    "mup_output_mult")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Decoder.Ends,
            new Same( "decoder.layers.*.input_layernorm.weight",            "model.layers.*.input_layernorm.weight"),
            new Qkv(  "decoder.layers.*.self_attention.linear_qkv.weight",  "model.layers.*.self_attn.{q,k,v}_proj.weight"),
            .. Decoder.QkvBias, // with attention_bias
            .. Decoder.QkNorms,
            new Same( "decoder.layers.*.self_attention.linear_proj.weight", "model.layers.*.self_attn.o_proj.weight"),
            new Same( "decoder.layers.*.self_attention.linear_proj.bias",   "model.layers.*.self_attn.o_proj.bias"),
            new Gated("decoder.layers.*.mlp.linear_fc1.weight",             "model.layers.*.mlp.{gate,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc2.weight",             "model.layers.*.mlp.down_proj.weight"),
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.OwnLayerSpec("cohere_layer_spec");
        provider.Normalization = "LayerNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddAttentionOutputBias = provider.AddQkvBias;
        provider.RotaryInterleaved = true;
        provider.HiddenDropout = 0.0;

        // muP is how Megatron scales logits; it would scale attention scores too.
        provider["use_mup"] = true;
        provider.SoftmaxScale = 1.0 / Math.Sqrt(provider.KvChannels);
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf.Remove("rope_theta");
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }
}
