using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Flux.1: a diffusion transformer that makes images. Of a pipeline of diffusers its <c>transformer</c> is converted.</summary>
/// <remarks>Upstream takes it in float32, whatever the file has; here <c>--torch-dtype</c> tells, and float32 is the default.</remarks>
public static class Flux
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "FluxTransformer2DModel",
        ModelType     = "",
        IsOfDiffusers = true,
        HfDefaults    = """
            {
              "attention_head_dim": 128, "axes_dims_rope": [16, 56, 56], "guidance_embeds": false, "in_channels": 64,
              "joint_attention_dim": 4096, "num_attention_heads": 24, "num_layers": 19, "num_single_layers": 38, "out_channels": null,
              "patch_size": 1, "pooled_projection_dim": 768
            }
            """,
        ConfigMapping = ConfigMapping.Of(
            ("num_layers",            "num_joint_layers"),
            ("num_single_layers",     "num_single_layers"),
            ("num_attention_heads",   "num_attention_heads"),
            ("num_attention_heads",   "num_query_groups"),
            ("attention_head_dim",    "kv_channels"),
            ("in_channels",           "in_channels"),
            ("patch_size",            "patch_size"),
            ("joint_attention_dim",   "context_dim"),
            ("pooled_projection_dim", "vec_in_dim"),
            ("guidance_embeds",       "guidance_embed"),
            ("axes_dims_rope",        "axes_dims_rope")
        ),
        Configure     = Configure,
        ConfigureHf   = (_, _) => { },
        Schema        = ProviderSchema.Transformer.Derive(
            "megatron.bridge.diffusion.models.flux.flux_provider.FluxProvider",
            Int("num_layers", 1), Int("hidden_size", 3072), Int("ffn_hidden_size", 12288), Int("num_attention_heads", 24),
            Float("layernorm_epsilon", 1e-06), Float("hidden_dropout", 0), Float("attention_dropout", 0), Bool("qk_layernorm", true),
            Int("num_joint_layers", 19), Int("num_single_layers", 38), Label("activation_func", Targets.OpenAiGelu), Bool("add_qkv_bias", true),
            Int("in_channels", 64), Int("context_dim", 4096), Int("model_channels", 256), IntList("axes_dims_rope", 16, 56, 56),
            Int("patch_size", 1), Bool("guidance_embed", false), Int("vec_in_dim", 768), Bool("rotary_interleaved", true),
            Bool("apply_rope_fusion", false), Bool("use_cpu_initialization", true), Bool("gradient_accumulation_fusion", false),
            Bool("enable_cuda_graph", false), TextOrNull("cuda_graph_scope"), Bool("use_te_rng_tracker", false), Int("cuda_graph_warmup_steps", 2),
            Float("guidance_scale", 3.5), TextOrNull("ckpt_path"), Bool("load_dist_ckpt", false), Bool("do_convert_from_hf", false),
            TextOrNull("save_converted_model_to"), Int("seq_length", 1024), Bool("share_embeddings_and_output_weights", false),
            Int("vocab_size", 25256 * 8), Int("make_vocab_size_divisible_by", 128)
        ).MadeOf(FluxModel.AddTo),
        Parameters    =
        [
            new Same("img_embed.**",                                            "x_embedder.**"),
            new Same("txt_embed.**",                                            "context_embedder.**"),
            new Same("timestep_embedding.time_embedder.in_layer.**",            "time_text_embed.timestep_embedder.linear_1.**"),
            new Same("timestep_embedding.time_embedder.out_layer.**",           "time_text_embed.timestep_embedder.linear_2.**"),
            new Same("vector_embedding.in_layer.**",                            "time_text_embed.text_embedder.linear_1.**"),
            new Same("vector_embedding.out_layer.**",                           "time_text_embed.text_embedder.linear_2.**"),
            new Same("guidance_embedding.in_layer.**",                          "time_text_embed.guidance_embedder.linear_1.**"),
            new Same("guidance_embedding.out_layer.**",                         "time_text_embed.guidance_embedder.linear_2.**"),
            new Same("norm_out.adaLN_modulation.1.**",                          "norm_out.linear.**"),
            new Same("proj_out.**",                                             "proj_out.**"),

            new Same("double_blocks.*.adaln.linear.**",                         "transformer_blocks.*.norm1.linear.**"),
            new Same("double_blocks.*.adaln_context.linear.**",                 "transformer_blocks.*.norm1_context.linear.**"),
            new Qkv( "double_blocks.*.self_attention.linear_qkv.**",            "transformer_blocks.*.attn.to_{q,k,v}.**"),
            new Qkv( "double_blocks.*.self_attention.added_linear_qkv.**",      "transformer_blocks.*.attn.add_{q,k,v}_proj.**"),
            new Same("double_blocks.*.self_attention.linear_proj.**",           "transformer_blocks.*.attn.to_out.0.**"),
            new Same("double_blocks.*.self_attention.added_linear_proj.**",     "transformer_blocks.*.attn.to_add_out.**"),
            new Same("double_blocks.*.self_attention.q_layernorm.weight",       "transformer_blocks.*.attn.norm_q.weight"),
            new Same("double_blocks.*.self_attention.k_layernorm.weight",       "transformer_blocks.*.attn.norm_k.weight"),
            new Same("double_blocks.*.self_attention.added_q_layernorm.weight", "transformer_blocks.*.attn.norm_added_q.weight"),
            new Same("double_blocks.*.self_attention.added_k_layernorm.weight", "transformer_blocks.*.attn.norm_added_k.weight"),
            new Same("double_blocks.*.mlp.linear_fc1.**",                       "transformer_blocks.*.ff.net.0.proj.**"),
            new Same("double_blocks.*.mlp.linear_fc2.**",                       "transformer_blocks.*.ff.net.2.**"),
            new Same("double_blocks.*.context_mlp.linear_fc1.**",               "transformer_blocks.*.ff_context.net.0.proj.**"),
            new Same("double_blocks.*.context_mlp.linear_fc2.**",               "transformer_blocks.*.ff_context.net.2.**"),

            new Same("single_blocks.*.adaln.linear.**",                         "single_transformer_blocks.*.norm.linear.**"),
            new Qkv( "single_blocks.*.self_attention.linear_qkv.**",            "single_transformer_blocks.*.attn.to_{q,k,v}.**"),
            new Same("single_blocks.*.self_attention.q_layernorm.weight",       "single_transformer_blocks.*.attn.norm_q.weight"),
            new Same("single_blocks.*.self_attention.k_layernorm.weight",       "single_transformer_blocks.*.attn.norm_k.weight"),
            new Same("single_blocks.*.mlp.linear_fc1.**",                       "single_transformer_blocks.*.proj_mlp.**"),
            new Out( "single_blocks.*.self_attention.linear_proj.weight",       "single_transformer_blocks.*.proj_out.weight", index: 0),
            new Out( "single_blocks.*.mlp.linear_fc2.weight",                   "single_transformer_blocks.*.proj_out.weight", index: 1),
            new Same("single_blocks.*.mlp.linear_fc2.bias",                     "single_transformer_blocks.*.proj_out.bias"),
        ],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.HiddenSize = provider.NumAttentionHeads * provider.KvChannels;
        provider.FfnHiddenSize =
            hf.IntegerOrNull("ffn_dim")
            ?? hf.IntegerOrNull("intermediate_size")
            ?? (int)(hf.NumberOr("mlp_ratio", 4) * provider.HiddenSize);
        provider.ActivationFunc = Targets.OpenAiGelu;
        provider.Normalization = "RMSNorm"; // upstream's attention sets it while the model is built
    }

    /// <summary>
    /// The projection out of attention or MLP. Diffusers joins the two of a single block: <c>[attention | MLP]</c>, side by side.
    /// </summary>
    private sealed class Out(string megatron, string hf, int index) : ParameterMapping(megatron, hf)
    {
        /// <inheritdoc/>
        public override string Kind => "columns";

        /// <inheritdoc/>
        public override TensorPart PartOf(ModelProvider provider) =>
            new(1, index, [(long)provider.NumAttentionHeads * provider.KvChannels, provider.FfnHiddenSize]);

        /// <inheritdoc/>
        public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) => hf[0];

        /// <inheritdoc/>
        public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) => [megatron];
    }
}
