using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// GPT-NeoX and Pythia: attention and MLP side by side, each behind a LayerNorm of its own; biases; a quarter of each head rotated.
/// Query, key and value lie head by head, as Megatron has them. Not in upstream.
/// </summary>
/// <remarks>Megatron-Core has no layers side by side: with <c>use_parallel_residual</c> they are named by <c>parallel_layer_spec</c>.</remarks>
public static class GptNeoX
{
    private const string ParallelSpec = "parallel_layer_spec";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "GPTNeoXForCausalLM",
        ModelType     = "gpt_neox",
        IsUpstream    = false,
        HfDefaults    = """
            {
              "attention_bias": true, "attention_dropout": 0.0, "classifier_dropout": 0.1, "dtype": null, "hidden_act": "gelu",
              "hidden_dropout": 0.0, "hidden_size": 6144, "initializer_range": 0.02, "intermediate_size": 24576, "is_decoder": false,
              "layer_norm_eps": 1e-05, "max_position_embeddings": 2048, "num_attention_heads": 64, "num_hidden_layers": 44,
              "tie_word_embeddings": false, "use_cache": true, "use_parallel_residual": true, "vocab_size": 50432
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With(("layer_norm_eps", "layernorm_epsilon")),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            new Vocab("embedding.word_embeddings.weight",                           "gpt_neox.embed_in.weight"),
            new Vocab("output_layer.weight",                                        "embed_out.weight"),
            new Same( "decoder.final_layernorm.weight",                             "gpt_neox.final_layer_norm.weight"),
            new Same( "decoder.final_layernorm.bias",                               "gpt_neox.final_layer_norm.bias"),
            new Same( "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "gpt_neox.layers.*.input_layernorm.weight"),
            new Same( "decoder.layers.*.self_attention.linear_qkv.layer_norm_bias", "gpt_neox.layers.*.input_layernorm.bias"),
            new Same( "decoder.layers.*.self_attention.linear_qkv.weight",          "gpt_neox.layers.*.attention.query_key_value.weight"),
            new Same( "decoder.layers.*.self_attention.linear_qkv.bias",            "gpt_neox.layers.*.attention.query_key_value.bias"),
            new Same( "decoder.layers.*.self_attention.linear_proj.weight",         "gpt_neox.layers.*.attention.dense.weight"),
            new Same( "decoder.layers.*.self_attention.linear_proj.bias",           "gpt_neox.layers.*.attention.dense.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc1.layer_norm_weight",          "gpt_neox.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc1.layer_norm_bias",            "gpt_neox.layers.*.post_attention_layernorm.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc1.weight",                     "gpt_neox.layers.*.mlp.dense_h_to_4h.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc1.bias",                       "gpt_neox.layers.*.mlp.dense_h_to_4h.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc2.weight",                     "gpt_neox.layers.*.mlp.dense_4h_to_h.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc2.bias",                       "gpt_neox.layers.*.mlp.dense_4h_to_h.bias"),
        ],
        Ignored       =
        [
            new("gpt_neox.layers.*.attention.bias",                "the causal mask follows from the architecture"),
            new("gpt_neox.layers.*.attention.masked_bias",         "the causal mask follows from the architecture"),
            new("gpt_neox.layers.*.attention.rotary_emb.inv_freq", "the rotary frequencies follow from the config"),
            new("embed_out.weight",                                "the config ties the head to the embedding", EqualTo: "gpt_neox.embed_in.weight"),
        ],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        if (hf.Flag("use_parallel_residual"))
        {
            provider.TransformerLayerSpec = Targets.OwnLayerSpec(ParallelSpec);
        }

        provider.Normalization = "LayerNorm";
        provider.AddBiasLinear = hf.Flag("attention_bias");
        provider.AddMlpBias = !provider.AddBiasLinear;
        RopeConfig rope = RopeConfig.Read(hf);
        rope.ApplyScaling(provider);

        // The keys of the first releases.
        if (!rope.Parameters.IsSet("partial_rotary_factor"))
        {
            provider.RotaryPercent = hf.NumberOr("rotary_pct", 0.25);
        }

        if (hf.FirstNumber("rotary_emb_base") is { } rotaryBase && !rope.Parameters.IsSet("rope_theta"))
        {
            provider["rotary_base"] = rotaryBase;
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["attention_bias"] = provider.AddBiasLinear;
        hf["use_parallel_residual"] = provider.TransformerLayerSpec == Targets.OwnLayerSpec(ParallelSpec);
        hf[RopeConfig.Key]!["partial_rotary_factor"] = provider["rotary_percent"].ToJson();
    }
}
