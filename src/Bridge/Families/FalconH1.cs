using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Falcon-H1: a Mamba-2 mixer and attention side by side in every layer, then a gated MLP; a dozen factors in between.</summary>
/// <remarks>Upstream cannot save a model of this family that tensor parallelism cuts; here it is cut as the other hybrids are.</remarks>
public static class FalconH1
{
    private static readonly string[] SameNames =
    [
        "embedding_multiplier",
        "lm_head_multiplier",
        "key_multiplier",
        "attention_in_multiplier",
        "attention_out_multiplier",
        "ssm_in_multiplier",
        "ssm_out_multiplier",
        "mlp_multipliers",
        "ssm_multipliers",
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "FalconH1ForCausalLM",
        ModelType     = "falcon_h1",
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "attention_in_multiplier": 1.0,
              "attention_out_multiplier": 1.0, "dtype": null, "embedding_multiplier": 1.0, "head_dim": null, "hidden_act": "silu",
              "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 14336, "key_multiplier": 1.0,
              "lm_head_multiplier": 1.0, "mamba_chunk_size": 256, "mamba_conv_bias": true, "mamba_d_conv": 4,
              "mamba_d_head": 8, "mamba_d_ssm": 1024, "mamba_d_state": 256, "mamba_expand": 2, "mamba_n_groups": 1,
              "mamba_n_heads": 128, "mamba_norm_before_gate": true, "mamba_proj_bias": false, "mamba_rms_norm": false,
              "max_position_embeddings": 8192, "mlp_bias": false, "mlp_multipliers": [1.0, 1.0],
              "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8, "num_logits_to_keep": 1,
              "projectors_bias": false, "rms_norm_eps": 1e-05, "ssm_in_multiplier": 1.0,
              "ssm_multipliers": [1.0, 1.0, 1.0, 1.0, 1.0], "ssm_out_multiplier": 1.0, "tie_word_embeddings": false,
              "time_step_limit": [0.0, { "__float__": "Infinity" }], "time_step_max": 0.1, "time_step_min": 0.001, "use_cache": true,
              "vocab_size": 128000
            }
            """,
        ConfigMapping = ConfigMapping.Standard.With([
            ("projectors_bias",        "add_bias_linear"),
            ("mamba_d_state",          "mamba_state_dim"),
            ("mamba_d_head",           "mamba_head_dim"),
            ("mamba_n_heads",          "mamba_num_heads"),
            ("mamba_n_groups",         "mamba_num_groups"),
            ("mamba_expand",           "expand"),
            ("mamba_d_conv",           "d_conv"),
            ("mamba_conv_bias",        "conv_bias"),
            ("mamba_chunk_size",       "chunk_size"),
            ("mamba_rms_norm",         "rmsnorm"),
            ("mamba_norm_before_gate", "norm_before_gate"),
            .. SameNames.Select(name => (name, name)),
        ]),
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Schema        = ProviderSchema.Transformer.Derive(
            "megatron.bridge.models.falcon_h1.falconh1_provider.FalconH1ModelProvider",
            [Int("mamba_num_groups", 1), Text("A_init_dist", "uniform"), Int("d_conv", 4), FloatOrNull("conv_init", 1.0), Int("expand", 2),
            IntList("A_init_range", 1, 16), Bool("D_has_hdim", false), Bool("rmsnorm", true), Bool("norm_before_gate", false),
            Float("dt_min", 0.001), Float("dt_max", 0.1), Text("dt_init", "random"), Float("dt_scale", 1.0), Float("dt_init_floor", 0.0001),
            Bool("conv_bias", true), Int("chunk_size", 128), Bool("use_mamba", true), Bool("use_attention", true), Bool("use_mlp", true),
            Int("seq_length", 4096), Bool("fp16_lm_cross_entropy", false), DTypeOrNull("logit_dtype"), Bool("parallel_output", true),
            Bool("share_embeddings_and_output_weights", false), DType("params_dtype", "bfloat16"), Bool("bf16", true),
            Float("hybrid_attention_ratio", 0.0), Float("hybrid_mlp_ratio", 0.0), Float("falconh1_ratio", 1.0),
            TextOrNull("hybrid_override_pattern"), Text("position_embedding_type", "rope"), Float("rotary_percent", 1.0),
            Float("rotary_base", 100000000000), FloatOrNull("seq_len_interpolation_factor"), Int("make_vocab_size_divisible_by", 128),
            IntOrNull("vocab_size"), Bool("should_pad_vocab", false), Bool("gated_linear_unit", true), Text("normalization", "RMSNorm"),
            Bool("add_bias_linear", false), Float("hidden_dropout", 0.0), Float("attention_dropout", 0.0), Float("layernorm_epsilon", 1e-05),
            Label("attention_backend", Targets.AttentionUnfused), Bool("deallocate_pipeline_outputs", true), Text("transformer_impl", "local"),
            .. SameNames[..7].Select(name => Float(name, 1.0)),
            FloatOrList("mlp_multipliers", ConfigValue.ListOf(1.0, 1.0)), FloatOrList("ssm_multipliers", ConfigValue.ListOf(1.0, 1.0, 1.0, 1.0, 1.0)),
            Label("falconh1_stack_spec", Targets.Function("megatron.bridge.models.falcon_h1.falconh1_provider.get_default_falconh1_stack_spec"))]
        ).MadeOf(FalconH1Model.AddTo),
        Parameters    =
        [
            new Vocab("embedding.word_embeddings.weight",                 "model.embed_tokens.weight"),
            new Vocab("output_layer.weight",                              "lm_head.weight"),
            new Same( "decoder.final_norm.weight",                        "model.final_layernorm.weight"),
            new Same( "decoder.layers.*.norm.weight",                     "model.layers.*.input_layernorm.weight"),
            new Same( "decoder.layers.*.mamba_mixer.in_proj.weight",      "model.layers.*.mamba.in_proj.weight"),
            new Same( "decoder.layers.*.mamba_mixer.in_proj.bias",        "model.layers.*.mamba.in_proj.bias"),
            new Same( "decoder.layers.*.mamba_mixer.conv1d.weight",       "model.layers.*.mamba.conv1d.weight"),
            new Same( "decoder.layers.*.mamba_mixer.conv1d.bias",         "model.layers.*.mamba.conv1d.bias"),
            new Same( "decoder.layers.*.mamba_mixer.dt_bias",             "model.layers.*.mamba.dt_bias"),
            new Same( "decoder.layers.*.mamba_mixer.A_log",               "model.layers.*.mamba.A_log"),
            new Same( "decoder.layers.*.mamba_mixer.D",                   "model.layers.*.mamba.D"),
            new Same( "decoder.layers.*.mamba_mixer.norm.weight",         "model.layers.*.mamba.norm.weight"),
            new Same( "decoder.layers.*.mamba_mixer.out_proj.weight",     "model.layers.*.mamba.out_proj.weight"),
            new Same( "decoder.layers.*.mamba_mixer.out_proj.bias",       "model.layers.*.mamba.out_proj.bias"),
            new Qkv(  "decoder.layers.*.self_attention.linear_qkv.weight",  "model.layers.*.self_attn.{q,k,v}_proj.weight"),
            new Qkv(  "decoder.layers.*.self_attention.linear_qkv.bias",    "model.layers.*.self_attn.{q,k,v}_proj.bias"),
            new Same( "decoder.layers.*.self_attention.linear_proj.weight", "model.layers.*.self_attn.o_proj.weight"),
            new Same( "decoder.layers.*.self_attention.linear_proj.bias",   "model.layers.*.self_attn.o_proj.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc1.layer_norm_weight",  "model.layers.*.pre_ff_layernorm.weight"),
            new Gated("decoder.layers.*.mlp.linear_fc1.weight",             "model.layers.*.feed_forward.{gate,up}_proj.weight"),
            new Gated("decoder.layers.*.mlp.linear_fc1.bias",               "model.layers.*.feed_forward.{gate,up}_proj.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc2.weight",             "model.layers.*.feed_forward.down_proj.weight"),
            new Same( "decoder.layers.*.mlp.linear_fc2.bias",               "model.layers.*.feed_forward.down_proj.bias"),
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        hf.Require("hidden_act", "silu"); // the mixer has it too, and knows no other
        provider["rotary_base"] = (long)provider.RotaryBase;
        provider.MicrobatchGroupSizePerVpStage = 1; // upstream sets it before it knows the pipeline, and not again
        provider.HiddenDropout = hf.NumberOr("hidden_dropout", 0.0);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf[RopeConfig.Key]!["rope_theta"] = ((ConfigValue)provider.RotaryBase).ToJson();
        hf["mamba_d_ssm"] = provider.MambaNumHeads * provider.MambaHeadDim;
        hf["mamba_proj_bias"] = provider.AddBiasLinear;
        hf["attention_bias"] = provider.AddBiasLinear;
        hf["mlp_bias"] = provider.AddBiasLinear;
    }
}
