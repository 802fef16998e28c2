using System.Globalization;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// Step-3.5: full and windowed attention with heads of their own, a gate for each head, dense layers first, then experts that
/// stand in one tensor for each projection, beside a shared one. Upstream keeps neither the bounds of the activation nor the
/// share of rotating channels in its checkpoints, and replaces the heads of the layers for multi-token prediction by the
/// model's on export; here all stay.
/// </summary>
/// <remarks>
/// Upstream writes <c>sliding_window</c> where Megatron counts the tokens before, so that Megatron sees one more than the released models; and
/// Megatron bounds what goes into SiLU, they what comes out. The forward pass computes as they do.
/// </remarks>
public static class Step35
{
    private const string Sliding = "sliding_attention";

    // Fields of the layers that upstream's class does not declare, and their keys.
    private static readonly (string Hf, string Megatron)[] Kept =
    [
        ("partial_rotary_factors", "rotary_percents"),
        ("swiglu_limits", "swiglu_limits"),
        ("swiglu_limits_shared", "swiglu_limits_shared"),
        ("yarn_only_types", "yarn_only_types"),
    ];

    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Attention =
    [
        new Same(   "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.layers.*.input_layernorm.weight"),
        new StepQkv("decoder.layers.*.self_attention.linear_qkv.weight",            "model.layers.*.self_attn.{q,k,v,g}_proj.weight"),
        new Same(   "decoder.layers.*.self_attention.linear_proj.weight",           "model.layers.*.self_attn.o_proj.weight"),
        .. Decoder.QkNorms,
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Step3p5ForCausalLM",
        ModelType     = "step3p5",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.stepfun.step35_provider.Step35ModelProvider",
            TextListOrNull("layer_types"),
            Any("attention_other_setting"),
            Any("sliding_attention_setting"),
            Any("rotary_base_per_layer"),
            BoolOrNull("head_wise_attn_gate", false)
        ),
        ConfigMapping = ConfigMapping.Standard.Without("rope_theta").With(
            ("num_attention_groups", "num_query_groups"),
            ("moe_num_experts", "num_moe_experts"),
            ("moe_top_k", "moe_router_topk"),
            ("share_expert_dim", "moe_shared_expert_intermediate_size"),
            ("use_head_wise_attn_gate", "head_wise_attn_gate"),
            ("use_moe_router_bias", "moe_router_enable_expert_bias"),
            ("moe_router_activation", "moe_router_score_function"),
            ("moe_router_scaling_factor", "moe_router_topk_scaling_factor"),
            ("zero_centered", "layernorm_zero_centered_gamma")),
        HfDefaults    = """
            {
              "attention_other_setting": null, "dtype": null, "head_dim": 128, "hidden_size": null, "intermediate_size": null,
              "layer_types": null, "max_position_embeddings": 128000, "max_seq_len": 128000, "moe_intermediate_size": 1280,
              "moe_layers_enum": null, "moe_num_experts": 288, "moe_router_activation": "sigmoid", "moe_router_scaling_factor": 3.0,
              "moe_top_k": 8, "mtp_layer_types": null, "need_fp32_gate": true, "norm_expert_weight": true,
              "num_attention_groups": 8, "num_attention_heads": null, "num_hidden_layers": null, "num_nextn_predict_layers": 0,
              "partial_rotary_factors": null, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": null,
              "share_expert_dim": null, "share_expert_dims": 1280, "sliding_window": null, "swiglu_limits": null,
              "swiglu_limits_shared": null, "tie_word_embeddings": false, "use_head_wise_attn_gate": true,
              "use_moe_router_bias": true, "use_qk_norm": true, "vocab_size": null, "zero_centered": true
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        Parameters    =
        [
            .. Decoder.Ends,
            .. Attention,
            .. Decoder.GatedMlp,
            new Same( "decoder.layers.*.pre_mlp_layernorm.weight",             "model.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.mlp.router.weight",                    "model.layers.*.moe.gate.weight"),
            new Same( "decoder.layers.*.mlp.router.expert_bias",               "model.layers.*.moe.router_bias"),
            new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*",       "model.layers.*.moe.{gate,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",       "model.layers.*.moe.down_proj.weight"),
            new Gated("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.share_expert.{gate,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.share_expert.down_proj.weight"),
            .. Decoder.Predicting([.. Attention, .. Decoder.GatedMlp], lastNorm: "transformer.shared_head.norm.weight"),
        ],
        Ignored       =
        [
            .. Decoder.Ignored,
            new("model.layers.{N+*}.transformer.shared_head.output.weight", "Megatron's multi-token prediction uses the model's head"),
        ],
    };

    /// <summary>Sets the fields from config.json.</summary>
    internal static void Configure(ModelProvider provider, HfConfig hf)
    {
        if (!hf.Flag("use_head_wise_attn_gate") || !hf.Flag("norm_expert_weight"))
        {
            throw hf.Wrong("use_head_wise_attn_gate", "true, as norm_expert_weight must be; others have no mapping");
        }

        provider.TransformerLayerSpec = Targets.Function(
            "megatron.bridge.models.stepfun.step35_bridge.build_step35_layer_spec"
        );
        provider.AttentionOutputGate = true; // Megatron-Core has no gates of heads yet
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = false;
        provider.HiddenDropout = 0.0;
        provider.AttentionDropout = 0.0;
        provider.AutocastDtype = provider.ParamsDtype;
        provider.MoeRouterDtype = hf.FlagOr("need_fp32_gate", false) ? "fp32" : null;
        provider.MoeSharedExpertIntermediateSize ??= hf.IntegerOrNull("share_expert_dims");
        provider.MoeGroupedGemm = true;
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MoeAuxLossCoeff = 1e-3;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        ReadLayers(provider, hf);
        ReadRotary(provider, hf);
        foreach ((string key, string field) in Kept)
        {
            if (hf.IsSet(key))
            {
                provider.SetOrKeep(field, hf.Value(key));
            }
        }
    }

    private static void ReadLayers(ModelProvider provider, HfConfig hf)
    {
        IReadOnlyList<string> types =
        [
            .. hf.Texts("layer_types"),
            .. hf.Texts("layer_types").Count == provider.NumLayers && hf.IsSet("mtp_layer_types")
                ? hf.Texts("mtp_layer_types")
                : [],
        ];
        if (types.Count < provider.NumLayers)
        {
            throw hf.Wrong("layer_types", $"a list of at least {provider.NumLayers} words");
        }

        provider["layer_types"] = ConfigValue.ListOf(types.Select(type => (ConfigValue)type));
        HfConfig other = hf.Nested("attention_other_setting") ?? hf;
        provider["sliding_attention_setting"] = ConfigValue.MapOf(
            ("kv_channels", other.Integer("head_dim")),
            ("num_attention_heads", other.Integer("num_attention_heads")),
            ("num_query_groups", other.Integer("num_attention_groups")),
            ("window_size", ConfigValue.ListOf(hf.IntegerOr("sliding_window", 512), 0L))
        );

        string expertLayers = hf.TextOr(
            "moe_layers_enum",
            string.Join(',', Enumerable.Range(3, Math.Max(0, provider.NumLayers - 3)))
        );
        bool[] hasExperts = new bool[provider.NumLayers];
        foreach (string number in expertLayers.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
                || layer >= hasExperts.Length
            )
            {
                throw hf.Wrong("moe_layers_enum", $"numbers below {hasExperts.Length}, separated by commas");
            }

            hasExperts[layer] = true;
        }

        provider.MoeLayerFreq = ConfigValue.ListOf(hasExperts.Select(has => (ConfigValue)(has ? 1L : 0L)));
    }

    private static void ReadRotary(ModelProvider provider, HfConfig hf)
    {
        RopeConfig.Read(hf).ApplyScaling(provider);
        if (hf.Value("rope_theta") is ConfigValue.List { Items: [var first, ..] } perLayer)
        {
            provider["rotary_base"] = first;
            provider["rotary_base_per_layer"] = perLayer;
        }
        else if (hf.IsSet("rope_theta"))
        {
            provider["rotary_base"] = hf.Value("rope_theta");
        }
    }

    /// <summary>Sets the keys of config.json from the fields.</summary>
    internal static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        string?[] types =
        [
            .. (provider["layer_types"] as ConfigValue.List)?.Items.Select(type => type.ToString()) ?? [],
        ];
        hf["layer_types"] = new JsonArray([.. types.Take(provider.NumLayers).Select(type => JsonValue.Create(type))]);
        string?[] predicting = [.. types.Skip(provider.NumLayers)];
        hf["mtp_layer_types"] =
            predicting.Length > 0 ? new JsonArray([.. predicting.Select(type => JsonValue.Create(type))]) : null;
        hf["max_seq_len"] = provider.SeqLength;
        hf["need_fp32_gate"] = provider.MoeRouterDtype == "fp32";
        hf["num_nextn_predict_layers"] = provider.MtpNumLayers ?? 0;
        hf["moe_layers_enum"] = string.Join(',', Enumerable.Range(0, provider.NumLayers).Where(provider.IsMoeLayer));
        hf["rope_theta"] = (
            provider["rotary_base_per_layer"].IsNull ? provider["rotary_base"] : provider["rotary_base_per_layer"]
        ).ToJson();
        hf[RopeConfig.Key]!["rope_theta"] = hf["rope_theta"]?.DeepClone();
        if (provider["sliding_attention_setting"] is ConfigValue.Map setting)
        {
            hf["attention_other_setting"] = new JsonObject
            {
                ["attention_type"] = Sliding,
                ["head_dim"] = setting.Find("kv_channels")?.ToJson(),
                ["num_attention_groups"] = setting.Find("num_query_groups")?.ToJson(),
                ["num_attention_heads"] = setting.Find("num_attention_heads")?.ToJson(),
            };
            hf["sliding_window"] = (setting.Find("window_size") as ConfigValue.List)?.Items[0].ToJson();
        }

        foreach ((string key, string field) in Kept)
        {
            if (provider.Unknown.FirstOrDefault(kept => kept.Key == field).Value is { } value)
            {
                hf[key] = value.ToJson();
            }
        }
    }
}
