using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>LLaDA 1.5: Llama's layers under OLMo's names; attention looks both ways, because text is made by uncovering masked tokens.</summary>
/// <remarks>The forward pass gives the scores of all tokens; <c>generate</c> does not uncover.</remarks>
public static class Llada
{
    private const string Provider = "megatron.bridge.diffusion.models.llada15.llada15_provider.";

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "LLaDAModelLM",
        ModelType     = "llada",
        HfDefaults    = """
            {
              "activation_type": "silu", "alibi": false, "alibi_bias_max": 8.0, "attention_dropout": 0.0, "attention_layer_norm": false,
              "attention_layer_norm_with_affine": true, "bias_for_layer_norm": false, "block_group_size": 1, "block_type": "llama",
              "d_model": null, "dtype": null, "embedding_dropout": 0.0, "embedding_size": null, "flash_attention": false,
              "include_bias": false, "include_qkv_bias": false, "init_cutoff_factor": null, "init_device": "meta", "init_fn": "mitchell",
              "init_std": 0.02, "input_emb_norm": false, "layer_norm_type": "rms", "layer_norm_with_affine": true,
              "max_sequence_length": 1024, "mlp_hidden_size": null, "mlp_ratio": 4, "multi_query_attention": null, "n_heads": null,
              "n_kv_heads": null, "n_layers": null, "precision": "amp_bf16", "residual_dropout": 0.0, "rms_norm_eps": 1e-05, "rope": true,
              "rope_full_precision": true, "rope_theta": 10000.0, "scale_logits": false, "vocab_size": 50257,
              "weight_tying": false
            }
            """,
        ConfigMapping = ConfigMapping.Of(
            ("n_layers",            "num_layers"),
            ("d_model",             "hidden_size"),
            ("mlp_hidden_size",     "ffn_hidden_size"),
            ("n_heads",             "num_attention_heads"),
            ("n_kv_heads",          "num_query_groups"),
            ("vocab_size",          "vocab_size"),
            ("max_sequence_length", "seq_length"),
            ("rms_norm_eps",        "layernorm_epsilon"),
            ("rope_theta",          "rotary_base"),
            ("weight_tying",        "share_embeddings_and_output_weights"),
            ("include_bias",        "add_bias_linear"),
            ("residual_dropout",    "hidden_dropout"),
            ("attention_dropout",   "attention_dropout")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Schema        = ProviderSchema.Gpt.Derive(
            Provider + "LLaDA15ModelProvider",
            Label("transformer_layer_spec", Targets.Function(Provider + "_llada15_layer_spec")),
            Bool("share_embeddings_and_output_weights", false),
            Text("position_embedding_type", "rope")
        ),
        Parameters    =
        [
            new Vocab("embedding.word_embeddings.weight",                            "model.transformer.wte.weight"),
            new Vocab("output_layer.weight",                                         "model.transformer.ff_out.weight"),
            new Same( "decoder.final_layernorm.weight",                              "model.transformer.ln_f.weight"),
            new Same( "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.transformer.blocks.*.attn_norm.weight"),
            new Qkv(  "decoder.layers.*.self_attention.linear_qkv.weight",           "model.transformer.blocks.*.{q,k,v}_proj.weight"),
            new Same( "decoder.layers.*.self_attention.linear_proj.weight",          "model.transformer.blocks.*.attn_out.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc1.layer_norm_weight",           "model.transformer.blocks.*.ff_norm.weight"),
            new Gated("decoder.layers.*.mlp.linear_fc1.weight",                      "model.transformer.blocks.*.{ff,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc2.weight",                      "model.transformer.blocks.*.ff_out.weight"),

            // with include_bias; with include_qkv_bias the first of them
            new Qkv(  "decoder.layers.*.self_attention.linear_qkv.bias",             "model.transformer.blocks.*.{q,k,v}_proj.bias"),
            new Same( "decoder.layers.*.self_attention.linear_proj.bias",            "model.transformer.blocks.*.attn_out.bias"),
            new Gated("decoder.layers.*.mlp.linear_fc1.bias",                        "model.transformer.blocks.*.{ff,up}_proj.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc2.bias",                        "model.transformer.blocks.*.ff_out.bias"),
        ],
        Ignored       =
        [
            new("model.transformer.ff_out.weight", "the config ties the head to the embedding", EqualTo: "model.transformer.wte.weight"),
        ],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        hf.Require("block_type", "llama");
        hf.Require("layer_norm_type", "rms");
        hf.Require("activation_type", "silu");
        hf.Require("attention_layer_norm", false);
        hf.Require("bias_for_layer_norm", false);
        hf.Require("rope", true);
        provider.VocabSize = hf.IntegerOrNull("embedding_size") is > 0 and var rows ? rows : provider.VocabSize;
        provider.MakeVocabSizeDivisibleBy = SharedConfig.VocabDivisor(provider.VocabSize);
        provider.FfnHiddenSize =
            hf.IntegerOrNull("mlp_hidden_size") ?? hf.IntegerOr("mlp_ratio", 4) * provider.HiddenSize;
        provider.KvChannels = provider.HiddenSize / provider.NumAttentionHeads;
        provider.AddQkvBias = provider.AddBiasLinear || hf.FlagOr("include_qkv_bias", false);
        provider.QkLayernorm = false;
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.RotaryPercent = 1.0;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf.Remove(RopeConfig.Key);
        hf["embedding_size"] = provider.VocabSize;
        hf["include_qkv_bias"] = provider.AddQkvBias && !provider.AddBiasLinear;
    }
}
