using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Mapping;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>
/// MiMo-V2-Flash: full and windowed attention in turns, with query groups of their own, value heads smaller than key heads and
/// a sink for each head of the windowed layers; dense layers first, then experts. How many layers for multi-token prediction
/// there are (dense, with a window), only the names of the tensors tell.
/// </summary>
public static class MimoV2Flash
{
    // csharpier-ignore
    private static readonly IReadOnlyList<ParameterMapping> Attention =
    [
        .. Decoder.Attention,
        new Same("decoder.layers.*.self_attention.core_attention.softmax_offset", "model.layers.*.self_attn.attention_sink_bias"),
    ];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "MiMoV2FlashForCausalLM",
        ModelType     = "mimo_v2_flash",
        Schema        = ProviderSchema.Gpt.Derive(
            "megatron.bridge.models.mimo_v2_flash.mimo_v2_flash_provider.MiMoV2FlashModelProvider",
            Label("transformer_layer_spec", Targets.Function("megatron.bridge.models.mimo_v2_flash.modeling_mimo_v2_flash.mimo_v2_flash_layer_spec")),
            IntList("hybrid_attention_pattern"),
            Any("window_size", 128L),
            Any("rotary_base", ConfigValue.ListOf(10000L, 5000000L)), // with a window, without
            Int("full_attn_num_query_groups", 4),
            Int("swa_num_query_groups", 8),
            Int("v_head_dim", 128),
            FloatOrNull("attention_value_scale"),
            Text("normalization", "RMSNorm"),
            Bool("gated_linear_unit", true),
            Bool("add_bias_linear", false),
            Text("position_embedding_type", "rope"),
            Bool("share_embeddings_and_output_weights", false)
        ),
        ConfigMapping = ConfigMapping.Standard.With(
            ("layernorm_epsilon", "layernorm_epsilon"),
            ("hybrid_layer_pattern", "hybrid_attention_pattern"),
            ("sliding_window_size", "window_size"),
            ("num_key_value_heads", "full_attn_num_query_groups"),
            ("swa_num_key_value_heads", "swa_num_query_groups"),
            ("moe_layer_freq", "moe_layer_freq"),
            ("attention_value_scale", "attention_value_scale")),
        HfDefaults    = """
            {
              "add_full_attention_sink_bias": false, "add_swa_attention_sink_bias": true, "attention_bias": false,
              "attention_chunk_size": null, "attention_dropout": 0.0, "attention_value_scale": null, "dtype": null, "head_dim": 192,
              "hidden_act": "silu", "hidden_size": null, "hybrid_layer_pattern": null, "initializer_range": 0.02,
              "intermediate_size": null, "layernorm_epsilon": 1e-05, "max_position_embeddings": 262144,
              "moe_intermediate_size": 2048, "moe_layer_freq": null, "n_group": 1, "n_routed_experts": 256, "n_shared_experts": null,
              "norm_topk_prob": true, "num_attention_heads": null, "num_experts_per_tok": 8, "num_hidden_layers": null,
              "num_key_value_heads": 4, "partial_rotary_factor": 0.334, "rope_theta": 5000000, "routed_scaling_factor": null,
              "scoring_func": "sigmoid", "sliding_window": null, "sliding_window_size": 128, "swa_head_dim": null,
              "swa_num_attention_heads": null, "swa_num_key_value_heads": 8, "swa_rope_theta": 10000, "swa_v_head_dim": null,
              "tie_word_embeddings": false, "topk_group": 1, "topk_method": "noaux_tc", "v_head_dim": 128, "vocab_size": null
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        ConfigureFromTensors = CountPrediction,
        Parameters    =
        [
            .. Decoder.Ends,
            .. Attention,
            .. Decoder.GatedMlp,
            .. Decoder.Experts,
            .. Decoder.ExpertBias,

            new Same("mtp.layers.*.enorm.weight",           "model.mtp.layers.*.enorm.weight"),
            new Same("mtp.layers.*.hnorm.weight",           "model.mtp.layers.*.hnorm.weight"),
            new Same("mtp.layers.*.eh_proj.weight",         "model.mtp.layers.*.eh_proj.weight"),
            .. Attention.Concat(Decoder.GatedMlp.Skip(1)).Select(row =>
                row.Moved(("decoder.layers.*.", "mtp.layers.*.mtp_model_layer."), ("model.layers.*.", "model.mtp.layers.*."))),
            new Same("mtp.layers.*.mtp_model_layer.mlp.linear_fc1.layer_norm_weight", "model.mtp.layers.*.pre_mlp_layernorm.weight"),
            new Same("mtp.layers.*.final_layernorm.weight", "model.mtp.layers.*.final_layernorm.weight"),
        ],
        Ignored       = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider["rotary_base"] = ConfigValue.ListOf(hf.Value("swa_rope_theta"), RopeConfig.Read(hf).Theta);
        provider.MtpNumLayers = hf.IntegerOr("num_nextn_predict_layers", 0);
        provider.MoeRouterLoadBalancingType = "none";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterPreSoftmax = true;
        provider.MoeTokenDispatcherType = "alltoall";
        foreach (
            (string windowed, string full) in (ReadOnlySpan<(string, string)>)
                [
                    ("swa_head_dim", "head_dim"),
                    ("swa_v_head_dim", "v_head_dim"),
                    ("swa_num_attention_heads", "num_attention_heads"),
                ]
        )
        {
            if (hf.IntegerOr(windowed, hf.Integer(full)) != hf.Integer(full))
            {
                throw hf.Wrong(
                    windowed,
                    $"{full} ({hf.Integer(full)}); layers with a window have only query groups of their own"
                );
            }
        }

        int heads = hf.Integer("num_attention_heads");
        foreach (string groups in (ReadOnlySpan<string>)["num_key_value_heads", "swa_num_key_value_heads"])
        {
            if (hf.Integer(groups) < 1 || heads % hf.Integer(groups) != 0)
            {
                throw hf.Wrong(groups, $"a divisor of num_attention_heads ({heads})");
            }
        }

        if (!hf.Flag("add_swa_attention_sink_bias") || hf.Flag("add_full_attention_sink_bias"))
        {
            throw hf.Wrong(
                "add_swa_attention_sink_bias",
                "true, with add_full_attention_sink_bias false: only windowed layers have sinks"
            );
        }
    }

    private static void CountPrediction(ModelProvider provider, IReadOnlyCollection<string> tensors)
    {
        NamePattern norm = new("model.mtp.layers.*.enorm.weight");
        provider.MtpNumLayers = tensors.Count(name => norm.Match(name) is not null);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        JsonNode? window = provider["window_size"].ToJson();
        hf["sliding_window"] = window?.DeepClone();
        hf["attention_chunk_size"] = window?.DeepClone();
        hf["swa_head_dim"] = provider.KvChannels;
        hf["swa_v_head_dim"] = provider.VHeadDim;
        hf["swa_num_attention_heads"] = provider.NumAttentionHeads;
        hf.Remove(RopeConfig.Key);
        if (provider["rotary_base"] is ConfigValue.List { Items: [var windowed, var full] })
        {
            hf["swa_rope_theta"] = windowed.ToJson();
            hf["rope_theta"] = full.ToJson();
        }

        if (provider.MtpNumLayers is > 0 and var layers)
        {
            hf["num_nextn_predict_layers"] = layers;
        }
    }
}
