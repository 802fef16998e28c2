using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Wan 2.1: a diffusion transformer that makes videos from text. Of a pipeline of diffusers its <c>transformer</c> is converted.</summary>
/// <remarks>
/// Upstream takes it in float32, whatever the file has; here <c>--torch-dtype</c> tells, and float32 is the default. Upstream cannot save it
/// in pipeline stages; here the first has what embeds.
/// </remarks>
public static class Wan
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "WanTransformer3DModel",
        ModelType     = "",
        IsOfDiffusers = true,
        HfDefaults    = """
            {
              "added_kv_proj_dim": null, "attention_head_dim": 128, "cross_attn_norm": true, "eps": 1e-06, "ffn_dim": 13824, "freq_dim": 256,
              "image_dim": null, "in_channels": 16, "num_attention_heads": 40, "num_layers": 40, "out_channels": 16, "patch_size": [1, 2, 2],
              "qk_norm": "rms_norm_across_heads", "rope_max_seq_len": 1024, "text_dim": 4096
            }
            """,
        ConfigMapping = ConfigMapping.Of(
            ("num_layers",          "num_layers"),
            ("num_attention_heads", "num_attention_heads"),
            ("num_attention_heads", "num_query_groups"),
            ("attention_head_dim",  "kv_channels"),
            ("ffn_dim",             "ffn_hidden_size"),
            ("in_channels",         "in_channels"),
            ("out_channels",        "out_channels"),
            ("text_dim",            "text_dim"),
            ("eps",                 "layernorm_epsilon"),
            ("freq_dim",            "freq_dim")
        ),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Schema        = ProviderSchema.Transformer.Derive(
            "megatron.bridge.diffusion.models.wan.wan_provider.WanModelProvider",
            Int("crossattn_emb_size", 1536), Bool("qk_layernorm", true), Bool("add_bias_linear", true), Bool("gated_linear_unit", false),
            Int("num_layers", 30), Int("hidden_size", 1536), Int("ffn_hidden_size", 8960), Int("num_attention_heads", 12),
            Float("layernorm_epsilon", 1e-6), Text("normalization", "RMSNorm"), Bool("layernorm_zero_centered_gamma", false),
            Bool("layernorm_across_heads", true), Bool("add_qkv_bias", true), Bool("rotary_interleaved", true),
            Label("activation_func", Targets.Gelu), Float("hidden_dropout", 0), Float("attention_dropout", 0),
            Bool("fp16_lm_cross_entropy", false), Bool("parallel_output", true), Bool("bf16", false), DType("params_dtype", "float32"),
            Text("qkv_format", "thd"), Bool("apply_rope_fusion", true), Bool("bias_activation_fusion", true), Int("seq_length", 1024),
            Bool("share_embeddings_and_output_weights", false), Int("vocab_size", 25256 * 8), Int("make_vocab_size_divisible_by", 128),
            Int("in_channels", 16), Int("out_channels", 16), Int("patch_spatial", 2), Int("patch_temporal", 1), Int("freq_dim", 256),
            Int("text_len", 512), Int("text_dim", 4096)
        ).MadeOf(WanModel.AddTo),
        Parameters    =
        [
            new Same("patch_embedding.**",                                      "patch_embedding.**"),
            new Same("text_embedding.0.**",                                     "condition_embedder.text_embedder.linear_1.**"),
            new Same("text_embedding.2.**",                                     "condition_embedder.text_embedder.linear_2.**"),
            new Same("time_embedder.linear_1.**",                               "condition_embedder.time_embedder.linear_1.**"),
            new Same("time_embedder.linear_2.**",                               "condition_embedder.time_embedder.linear_2.**"),
            new Same("time_proj.**",                                            "condition_embedder.time_proj.**"),
            new Same("head.modulation",                                         "scale_shift_table"),
            new Same("head.head.**",                                            "proj_out.**"),

            new Same("decoder.layers.*.adaLN.modulation",                       "blocks.*.scale_shift_table"),
            new Qkv( "decoder.layers.*.full_self_attention.linear_qkv.**",      "blocks.*.attn1.to_{q,k,v}.**"),
            new Same("decoder.layers.*.full_self_attention.q_layernorm.weight", "blocks.*.attn1.norm_q.weight"),
            new Same("decoder.layers.*.full_self_attention.k_layernorm.weight", "blocks.*.attn1.norm_k.weight"),
            new Same("decoder.layers.*.full_self_attention.linear_proj.**",     "blocks.*.attn1.to_out.0.**"),
            new Same("decoder.layers.*.norm3.**",                               "blocks.*.norm2.**"),
            new Same("decoder.layers.*.cross_attention.linear_q.**",            "blocks.*.attn2.to_q.**"),
            new Kv(  "decoder.layers.*.cross_attention.linear_kv.**",           "blocks.*.attn2.to_{k,v}.**"),
            new Same("decoder.layers.*.cross_attention.q_layernorm.weight",     "blocks.*.attn2.norm_q.weight"),
            new Same("decoder.layers.*.cross_attention.k_layernorm.weight",     "blocks.*.attn2.norm_k.weight"),
            new Same("decoder.layers.*.cross_attention.linear_proj.**",         "blocks.*.attn2.to_out.0.**"),
            new Same("decoder.layers.*.mlp.linear_fc1.**",                      "blocks.*.ffn.net.0.proj.**"),
            new Same("decoder.layers.*.mlp.linear_fc2.**",                      "blocks.*.ffn.net.2.**"),
        ],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        IReadOnlyList<int> patch = hf.Integers("patch_size");
        if (patch is not [var time, var height, var width] || height != width)
        {
            throw hf.Wrong("patch_size", "three sizes, of time, height and width, the last two equal");
        }

        // Megatron's model reads a text only, and norms all heads together.
        hf.Require("added_kv_proj_dim", ConfigValue.Null);
        hf.Require("image_dim", ConfigValue.Null);
        hf.Require("qk_norm", "rms_norm_across_heads");
        hf.Require("cross_attn_norm", true);
        provider["patch_temporal"] = time;
        provider["patch_spatial"] = height;
        provider.HiddenSize = provider.NumAttentionHeads * provider.KvChannels;
        provider["crossattn_emb_size"] = provider.HiddenSize;
        provider.ActivationFunc = Targets.Gelu;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        int space = provider.Size("patch_spatial");
        hf["patch_size"] = new JsonArray(provider.Size("patch_temporal"), space, space);
    }
}
