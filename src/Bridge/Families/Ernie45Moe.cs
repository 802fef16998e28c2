using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>
/// ERNIE 4.5 with experts, text only: dense layers first, then experts beside shared ones; neighbouring channels rotate
/// together. (Upstream saves it, but refuses to read its own checkpoint.)
/// </summary>
public static class Ernie45Moe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Ernie4_5_MoeForCausalLM",
        ModelType     = "ernie4_5_moe",
        ConfigMapping = ConfigMapping.Standard.With(("moe_num_experts", "num_moe_experts"), ("moe_k", "moe_router_topk")),
        HfDefaults    = """
            {
              "dtype": null, "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null,
              "max_position_embeddings": 131072, "moe_intermediate_size": 1536, "moe_k": 6, "moe_layer_end_index": -1,
              "moe_layer_interval": 1, "moe_layer_start_index": 1, "moe_norm_min": 1e-12, "moe_num_experts": 64,
              "moe_num_shared_experts": 2, "num_attention_heads": null, "num_hidden_layers": null, "num_key_value_heads": 4,
              "output_router_logits": false, "rms_norm_eps": 1e-05, "router_aux_loss_coef": 0.001, "tie_word_embeddings": true,
              "use_bias": false, "use_cache": true, "vocab_size": null
            }
            """,
        Configure     = Configure,
        ConfigureHf   = ConfigureHf,
        ConfigureExactly = UseSoftmax,
        Parameters    =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.GatedMlp,
            .. Decoder.Experts,
            new ErnieExpertBias("decoder.layers.*.mlp.router.expert_bias", "model.layers.*.mlp.moe_statics.e_score_correction_bias"),
            .. Decoder.SharedExperts,
        ],
        Ignored       = Decoder.Ignored,
    };

    /// <summary>The fields that the models share, whatever they see.</summary>
    internal static void ConfigureShared(ModelProvider provider, HfConfig hf)
    {
        if (hf.FlagOr("use_bias", false))
        {
            throw hf.Wrong("use_bias", "false (the biases have no mapping)");
        }

        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = false;
        provider.HiddenDropout = 0.0;
        provider.RotaryInterleaved = true;
        provider.MtpNumLayers = null;
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        provider.MoeRouterDtype = "fp32";
        provider.MoeTokenDispatcherType = "alltoall";
        RopeConfig.Read(hf).ApplyScaling(provider);
    }

    /// <summary>The routers take the softmax of their scores, not the sigmoid as upstream says.</summary>
    internal static void UseSoftmax(ModelProvider provider, HfConfig hf) => provider.MoeRouterScoreFunction = "softmax";

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.Function(
            "megatron.bridge.models.ernie.ernie_45_bridge._ernie45_decoder_block_spec"
        );
        ConfigureShared(provider, hf);
        provider.MoeGroupedGemm = true;
        provider.MoePermuteFusion = true;
        ExpertLayers.SetShared(provider, hf.IntegerOr("moe_num_shared_experts", 0));
        ReadExpertLayers(provider, hf);
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        int[] layers = [.. Enumerable.Range(0, provider.NumLayers).Where(provider.IsMoeLayer)];
        hf["moe_num_shared_experts"] = ExpertLayers.CountShared(provider);
        hf["moe_layer_interval"] = layers.Length > 1 ? layers[1] - layers[0] : 1;
        hf["moe_layer_start_index"] = layers.Length > 0 ? layers[0] : provider.NumLayers;
        hf["moe_layer_end_index"] = layers.Length > 0 ? layers[^1] : provider.NumLayers;
    }

    /// <summary>Experts in every interval-th layer from the first to the last that may have them; -1 is the very last.</summary>
    private static void ReadExpertLayers(ModelProvider provider, HfConfig hf)
    {
        int first = hf.Integer("moe_layer_start_index");
        int last = hf.Integer("moe_layer_end_index");
        int interval = hf.Integer("moe_layer_interval");
        if (interval < 1)
        {
            throw hf.Wrong("moe_layer_interval", "1 or more");
        }

        last = last == -1 ? provider.NumLayers - 1 : last;
        provider.MoeLayerFreq = ConfigValue.ListOf(
            Enumerable
                .Range(0, provider.NumLayers)
                .Select(layer =>
                    (ConfigValue)(layer >= first && layer <= last && (layer + 1) % interval == 0 ? 1L : 0L)
                )
        );
    }
}
