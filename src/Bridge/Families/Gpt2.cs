using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// GPT-2: learned positions, LayerNorm, biases, matrices that lie input first. The first releases name their tensors without
/// <c>transformer.</c> in front, and have the causal mask among them. Not in upstream.
/// </summary>
/// <remarks>Megatron has one dropout for embedding and residuals; that of the residuals is taken.</remarks>
public static class Gpt2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "GPT2LMHeadModel",
        ModelType     = "gpt2",
        IsUpstream    = false,
        HfDefaults    = """
            {
              "activation_function": "gelu_new", "add_cross_attention": false, "attn_pdrop": 0.1, "dtype": null, "embd_pdrop": 0.1,
              "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "n_embd": 768, "n_head": 12, "n_inner": null, "n_layer": 12,
              "n_positions": 1024, "reorder_and_upcast_attn": false, "resid_pdrop": 0.1, "scale_attn_by_inverse_layer_idx": false,
              "scale_attn_weights": true, "summary_activation": null, "summary_first_dropout": 0.1, "summary_proj_to_labels": true,
              "summary_type": "cls_index", "summary_use_proj": true, "tie_word_embeddings": true, "use_cache": true, "vocab_size": 50257
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(
            ("n_layer",                 "num_layers"),
            ("n_embd",                  "hidden_size"),
            ("n_head",                  "num_attention_heads"),
            ("n_inner",                 "ffn_hidden_size"),
            ("n_positions",             "seq_length"),
            ("layer_norm_epsilon",      "layernorm_epsilon"),
            ("attn_pdrop",              "attention_dropout"),
            ("resid_pdrop",             "hidden_dropout"),
            ("embd_pdrop",              "hidden_dropout"),
            ("reorder_and_upcast_attn", "attention_softmax_in_fp32")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    = [.. Rows("transformer."), .. Rows("")],
        Ignored       =
        [
            new("transformer.h.*.attn.bias",        "the causal mask follows from the architecture"),
            new("transformer.h.*.attn.masked_bias", "the causal mask follows from the architecture"),
            new("h.*.attn.bias",                    "the causal mask follows from the architecture"),
            new("h.*.attn.masked_bias",             "the causal mask follows from the architecture"),
            new("lm_head.weight",                   "the config ties the head to the embedding", EqualTo: "transformer.wte.weight"),
        ],
    };

    // csharpier-ignore
    private static IEnumerable<ParameterMapping> Rows(string prefix) =>
    [
        new Vocab(          "embedding.word_embeddings.weight",                         prefix + "wte.weight"),
        new Same(           "embedding.position_embeddings.weight",                     prefix + "wpe.weight"),
        new Same(           "decoder.final_layernorm.weight",                           prefix + "ln_f.weight"),
        new Same(           "decoder.final_layernorm.bias",                             prefix + "ln_f.bias"),
        new Vocab(          "output_layer.weight",                                      "lm_head.weight"),
        new Same(           "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", prefix + "h.*.ln_1.weight"),
        new Same(           "decoder.layers.*.self_attention.linear_qkv.layer_norm_bias",   prefix + "h.*.ln_1.bias"),
        new Conv1dQkv(      "decoder.layers.*.self_attention.linear_qkv.weight",        prefix + "h.*.attn.c_attn.weight"),
        new ConcatenatedQkv("decoder.layers.*.self_attention.linear_qkv.bias",          prefix + "h.*.attn.c_attn.bias"),
        new Transposed(     "decoder.layers.*.self_attention.linear_proj.weight",       prefix + "h.*.attn.c_proj.weight"),
        new Same(           "decoder.layers.*.self_attention.linear_proj.bias",         prefix + "h.*.attn.c_proj.bias"),
        new Same(           "decoder.layers.*.mlp.linear_fc1.layer_norm_weight",        prefix + "h.*.ln_2.weight"),
        new Same(           "decoder.layers.*.mlp.linear_fc1.layer_norm_bias",          prefix + "h.*.ln_2.bias"),
        new Transposed(     "decoder.layers.*.mlp.linear_fc1.weight",                   prefix + "h.*.mlp.c_fc.weight"),
        new Same(           "decoder.layers.*.mlp.linear_fc1.bias",                     prefix + "h.*.mlp.c_fc.bias"),
        new Transposed(     "decoder.layers.*.mlp.linear_fc2.weight",                   prefix + "h.*.mlp.c_proj.weight"),
        new Same(           "decoder.layers.*.mlp.linear_fc2.bias",                     prefix + "h.*.mlp.c_proj.bias"),
    ];

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "LayerNorm";
        provider.AddBiasLinear = true;
        provider.PositionEmbeddingType = "learned_absolute";
        provider.SoftmaxScale = hf.Flag("scale_attn_weights") ? null : 1.0;
        foreach (string key in (string[])["scale_attn_by_inverse_layer_idx", "add_cross_attention"])
        {
            if (hf.Flag(key))
            {
                throw hf.Wrong(key, "false (Megatron's GPT models have no such thing)");
            }
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf.Remove(RopeConfig.Key);
        hf["n_inner"] = provider.FfnHiddenSize == 4 * provider.HiddenSize ? null : provider.FfnHiddenSize;
        hf["scale_attn_weights"] = provider.SoftmaxScale is null;
        hf["activation_function"] = ActivationMap.ToHf(provider.ActivationFunc, preferred: "gelu_new");
    }
}
