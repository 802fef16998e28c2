using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// Phi-1, 1.5 and 2: attention and MLP side by side behind one LayerNorm, biases everywhere (the head has one too), half of each
/// head rotated. Not in upstream.
/// </summary>
/// <remarks>
/// Megatron-Core has neither such layers nor a bias of the head: the layers are named by <c>parallel_shared_norm_layer_spec</c>, the
/// norm is <c>input_layernorm</c> (as Megatron calls a norm that is not fused), the bias <c>output_layer.bias</c>. Megatron has one
/// dropout for embedding and residuals; that of the residuals is taken.
/// </remarks>
public static class Phi
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "PhiForCausalLM",
        ModelType     = "phi",
        IsUpstream    = false,
        HfDefaults    = """
            {
              "attention_dropout": 0.0, "dtype": null, "embd_pdrop": 0.0, "hidden_act": "gelu_new", "hidden_size": 2048,
              "initializer_range": 0.02, "intermediate_size": 8192, "layer_norm_eps": 1e-05, "max_position_embeddings": 2048,
              "num_attention_heads": 32, "num_hidden_layers": 24, "num_key_value_heads": null, "partial_rotary_factor": 0.5,
              "qk_layernorm": false, "resid_pdrop": 0.0, "tie_word_embeddings": false, "use_cache": true, "vocab_size": 51200
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("layer_norm_eps", "layernorm_epsilon"),
            ("qk_layernorm",   "qk_layernorm"),
            ("resid_pdrop",    "hidden_dropout"),
            ("embd_pdrop",     "hidden_dropout")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Vocab("embedding.word_embeddings.weight",                  "model.embed_tokens.weight"),
            new Vocab("output_layer.weight",                               "lm_head.weight"),
            new Vocab("output_layer.bias",                                 "lm_head.bias"),
            new Same( "decoder.final_layernorm.weight",                    "model.final_layernorm.weight"),
            new Same( "decoder.final_layernorm.bias",                      "model.final_layernorm.bias"),
            new Same( "decoder.layers.*.input_layernorm.weight",           "model.layers.*.input_layernorm.weight"),
            new Same( "decoder.layers.*.input_layernorm.bias",             "model.layers.*.input_layernorm.bias"),
            new Qkv(  "decoder.layers.*.self_attention.linear_qkv.weight", "model.layers.*.self_attn.{q,k,v}_proj.weight"),
            .. Decoder.QkvBias,
            new Same( "decoder.layers.*.self_attention.linear_proj.weight", "model.layers.*.self_attn.dense.weight"),
            new Same( "decoder.layers.*.self_attention.linear_proj.bias",  "model.layers.*.self_attn.dense.bias"),
            new Same( "decoder.layers.*.self_attention.q_layernorm.weight", "model.layers.*.self_attn.q_layernorm.weight"),
            new Same( "decoder.layers.*.self_attention.q_layernorm.bias",  "model.layers.*.self_attn.q_layernorm.bias"),
            new Same( "decoder.layers.*.self_attention.k_layernorm.weight", "model.layers.*.self_attn.k_layernorm.weight"),
            new Same( "decoder.layers.*.self_attention.k_layernorm.bias",  "model.layers.*.self_attn.k_layernorm.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc1.weight",            "model.layers.*.mlp.fc1.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc1.bias",              "model.layers.*.mlp.fc1.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc2.weight",            "model.layers.*.mlp.fc2.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc2.bias",              "model.layers.*.mlp.fc2.bias"),
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.OwnLayerSpec("parallel_shared_norm_layer_spec");
        provider.Normalization = "LayerNorm";
        provider.AddBiasLinear = true;
        provider.AddOutputLayerBias = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["hidden_act"] = ActivationMap.ToHf(provider.ActivationFunc, preferred: "gelu_new");
        SharedConfig.WriteUnusualHeadDim(hf, provider);
    }
}
