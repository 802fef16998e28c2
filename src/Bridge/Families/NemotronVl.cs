using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Model.Towers;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Nemotron Nano VL V2: Nemotron-H behind C-RADIO, which Megatron builds itself, and a projection of four neighbouring patches.</summary>
/// <remarks>
/// Upstream takes the sizes of the Mamba layers as those of the 12 B model; here they are the config's. Those of the tower and the projection
/// are fixed on both sides.
/// </remarks>
public static class NemotronVl
{
    private const string Llava = "llava_model.";
    private const long ClassTokens = 16; // as many as its padding for FP8 makes of them
    private const long ProjectionWidth = 20480;

    // csharpier-ignore-start

    /// <summary>The tower and the projection.</summary>
    internal static IReadOnlyList<ParameterMapping> Vision { get; } =
    [
        new Same(           "vision_model.class_token",            "vision_model.radio_model.model.patch_generator.cls_token.token"),
        new Same(           "vision_model.position_embeddings",    "vision_model.radio_model.model.patch_generator.pos_embed"),
        new Same(           "vision_model.embedder.weight",        "vision_model.radio_model.model.patch_generator.embedder.weight"),
        new Same(           "vision_model.video_embedder.weight",  "vision_model.radio_model.model.patch_generator.video_embedder.weight"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "vision_model.radio_model.model.blocks.*.norm1.weight"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_qkv.layer_norm_bias",   "vision_model.radio_model.model.blocks.*.norm1.bias"),
        new ConcatenatedQkv("vision_model.decoder.layers.*.self_attention.linear_qkv.weight",            "vision_model.radio_model.model.blocks.*.attn.qkv.weight"),
        new ConcatenatedQkv("vision_model.decoder.layers.*.self_attention.linear_qkv.bias",              "vision_model.radio_model.model.blocks.*.attn.qkv.bias"),
        new Same(           "vision_model.decoder.layers.*.self_attention.linear_proj.**",               "vision_model.radio_model.model.blocks.*.attn.proj.**"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc1.layer_norm_weight",            "vision_model.radio_model.model.blocks.*.norm2.weight"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc1.layer_norm_bias",              "vision_model.radio_model.model.blocks.*.norm2.bias"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc1.**",                           "vision_model.radio_model.model.blocks.*.mlp.fc1.**"),
        new Same(           "vision_model.decoder.layers.*.mlp.linear_fc2.**",                           "vision_model.radio_model.model.blocks.*.mlp.fc2.**"),
        new Same(           "vision_projection.encoder.linear_fc1.layer_norm_weight",                    "mlp1.0.weight"),
        new Same(           "vision_projection.encoder.linear_fc1.weight",                               "mlp1.1.weight"),
        new Same(           "vision_projection.encoder.linear_fc2.weight",                               "mlp1.3.weight"),
    ];

    /// <summary>What the tower has besides.</summary>
    internal static IReadOnlyList<IgnoredTensor> VisionIgnored { get; } =
    [
        new("vision_model.radio_model.input_conditioner.**", "images are normalised before they come to Megatron"),
        new("vision_model.radio_model.summary_idxs",         "which class tokens are summaries follows from the tower"),
    ];

    /// <summary>The fields that all of Nemotron's models that see have, with the defaults that they change.</summary>
    internal static IReadOnlyList<ProviderField> Fields { get; } =
    [
        Int("mamba_num_groups", 8), IntOrNull("num_query_groups", 8), Int("make_vocab_size_divisible_by", 128),
        Label("activation_func", Targets.SquaredRelu), Bool("masked_softmax_fusion", true), Bool("persist_layer_norm", true),
        Bool("first_last_layers_bf16", true), Bool("is_hybrid_model", true), FloatOrList("moe_aux_loss_coeff", 0.0001),
        Text("moe_router_score_function", "sigmoid"), Bool("moe_router_enable_expert_bias", true),
        TextOrList("moe_router_load_balancing_type", "seq_aux_loss"), ChoiceOrNull("moe_router_dtype", "fp32", "fp32", "fp64"),
        Bool("moe_grouped_gemm", true), Text("moe_token_dispatcher_type", "alltoall"), Bool("moe_permute_fusion", true),
        Bool("moe_shared_expert_overlap", true), Bool("scatter_embedding_sequence_parallel", false),
        Bool("attention_softmax_in_fp32", true), Text("vision_model_type", "radio"), Text("language_model_type", ""),
        Bool("freeze_language_model", false), Bool("freeze_vision_model", false), Bool("freeze_vision_projection", false),
    ];

    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "NemotronH_Nano_VL_V2",
        ModelType     = "NemotronH_Nano_VL_V2",
        AppliesTo     = hf => !hf.IsSet("llm_config.n_routed_experts"),
        TextConfig    = "llm_config",
        Schema        = ProviderSchema.Hybrid.Derive(
            "megatron.bridge.models.nemotron_vl.nemotron_vl_provider.NemotronVLModelProvider",
            [
                .. Fields, Int("mamba_head_dim", 80), IntOrNull("mamba_num_heads", 128), Int("mamba_state_dim", 128),
                TextOrNull("hybrid_layer_pattern", "M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M*-M-M-M-M-"), Int("hidden_size", 5120),
                IntOrNull("kv_channels", 128), IntOrNull("ffn_hidden_size", 20480), Int("num_attention_heads", 40), Int("seq_length", 131072),
                Text("language_model_type", "nemotron5-hybrid-12b"),
            ]
        ).MadeOf(
            LanguageModel.In(Llava + "language_model."),
            (scope, provider) => new Radio(ClassTokens).AddTo(scope.Inside(Llava + "vision_model."), provider),
            (scope, provider) => Radio.AddProjection(scope.Inside(Llava + "vision_projection."), provider, Radio.ShuffledWidth, ProjectionWidth)
        ),
        HfDefaults    = """
            {
              "dtype": null, "downsample_ratio": 0.5, "force_image_size": 512, "img_context_token": "<image>", "img_context_token_id": 131072,
              "patch_size": 16, "projector_hidden_size": 20480, "ps_version": "v2", "template": null, "use_thumbnail": true,
              "vision_config": null, "vit_hidden_size": 1280,
              "llm_config": {
                "attention_bias": false, "attention_dropout": 0.0, "chunk_size": 128, "conv_kernel": 4, "dtype": null, "expand": 2,
                "head_dim": 128, "hidden_dropout": 0.0, "hidden_size": 5120, "hybrid_override_pattern": null, "initializer_range": 0.02,
                "intermediate_size": 20480, "layer_norm_epsilon": 1e-05, "mamba_head_dim": 80, "mamba_num_heads": 128,
                "max_position_embeddings": 131072, "mlp_bias": false, "mlp_hidden_act": "relu2", "n_groups": 8, "num_attention_heads": 40,
                "num_key_value_heads": 8, "residual_in_fp32": false, "ssm_state_size": 128, "tie_word_embeddings": false,
                "use_bias": false, "vocab_size": 131072
              }
            }
            """,
        ConfigMapping = NemotronH.Family.ConfigMapping,
        Configure     = Configure,
        ConfigureHf   = ConfigureLanguage,
        Parameters    = [.. Language(Llava), .. Vision.Select(row => row.Moved(name => Llava + name, name => name))],
        Ignored       = VisionIgnored,
    };
    // csharpier-ignore-end

    /// <summary>Nemotron-H under <c>language_model.</c>, but for the layers for multi-token prediction, which stay outside.</summary>
    internal static IEnumerable<ParameterMapping> Language(string prefix) =>
        NemotronH.Family.Parameters.Select(row =>
            row.Moved(
                name => prefix + "language_model." + name,
                name => name.StartsWith("mtp.", StringComparison.Ordinal) ? name : "language_model." + name
            )
        );

    /// <summary>Sets what the config of the language model tells.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        HfConfig llm = hf.Nested("llm_config")!;
        NemotronH.Configure(provider, llm);
        provider.AttentionSoftmaxInFp32 = true;
    }

    /// <summary>Sets the config of the language model.</summary>
    internal static void ConfigureLanguage(JsonObject hf, ModelProvider provider)
    {
        JsonObject llm = LanguageConfig.At(hf, "llm_config");
        HybridPattern pattern = HybridPattern.Of(provider);
        llm["hybrid_override_pattern"] = pattern.Layers;
        if (pattern.Prediction.Length > 0)
        {
            llm["mtp_hybrid_override_pattern"] = pattern.Prediction;
            llm["num_nextn_predict_layers"] = provider.MtpNumLayers ?? 0;
        }
    }
}
