using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// MiniMax-M2, M2.5 and M2.7: experts in every layer, norms that span all query heads and all key heads, each tensor parallel
/// rank with its share of them. The released checkpoints are without the layers for multi-token prediction that their
/// configs tell of.
/// </summary>
public static class MiniMaxM2
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "MiniMaxM2ForCausalLM",
        ModelType    = "minimax_m2",
        HfDefaults   = """
            {
              "attention_dropout": 0.0, "dtype": null, "head_dim": 128, "hidden_act": "silu", "hidden_size": null,
              "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 196608, "num_attention_heads": null,
              "num_experts_per_tok": 8, "num_hidden_layers": null, "num_key_value_heads": 8, "num_local_experts": 256,
              "output_router_logits": false, "rms_norm_eps": 1e-06, "rotary_dim": null, "router_aux_loss_coef": 0.001,
              "router_jitter_noise": 0.0, "tie_word_embeddings": false, "use_cache": true, "use_qk_norm": true, "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        ConfigureExactly = ConfigureExactly,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.QkNorms,
            new Same( "decoder.layers.*.pre_mlp_layernorm.weight",       "model.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.mlp.router.weight",              "model.layers.*.block_sparse_moe.gate.weight"),
            new Same( "decoder.layers.*.mlp.router.expert_bias",         "model.layers.*.block_sparse_moe.e_score_correction_bias"),
            new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.block_sparse_moe.experts.*.w{1,3}.weight"),
            new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.block_sparse_moe.experts.*.w2.weight"),
        ],
        Ignored = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = Targets.Function(
            "megatron.bridge.models.minimax_m2.minimax_m2_provider.minimax_m2_layer_spec"
        );
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.AddQkvBias = false;
        provider.HiddenDropout = 0.0;
        provider.QkLayernorm = true;
        provider.AutocastDtype = DType.BF16;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        provider.MoeRouterScoreFunction = "sigmoid";
        provider.MoeRouterEnableExpertBias = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        if (hf.IntegerOrNull("rotary_dim") is { } rotating)
        {
            provider.RotaryPercent = (double)rotating / provider.KvChannels;
        }
    }

    /// <summary>
    /// transformers 5 reads the share of rotating channels where it keeps it itself, and not <c>rotary_dim</c>; the weights of a token's
    /// experts always add up to one.
    /// </summary>
    internal static void ConfigureExactly(ModelProvider provider, HfConfig hf)
    {
        provider.NormTopkProb = true;
        if (hf.Nested(RopeConfig.Key) is { } rope)
        {
            provider.RotaryPercent = rope.NumberOr("partial_rotary_factor", 1);
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["rotary_dim"] = (int)Math.Round(provider.RotaryPercent * provider.KvChannels);
        hf[RopeConfig.Key]!.AsObject().Remove("partial_rotary_factor");
    }
}
