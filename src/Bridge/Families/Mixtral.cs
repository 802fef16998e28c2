using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>Mixtral: Llama's attention, with a sliding window in some versions, and experts in every layer. Not in upstream.</summary>
public static class Mixtral
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "MixtralForCausalLM",
        ModelType    = "mixtral",
        IsUpstream   = false,
        HfDefaults   = """
            {
              "attention_dropout": 0.0, "dtype": null, "head_dim": null, "hidden_act": "silu", "hidden_size": null,
              "initializer_range": 0.02, "intermediate_size": null, "max_position_embeddings": 131072, "num_attention_heads": null,
              "num_experts_per_tok": 2, "num_hidden_layers": null, "num_key_value_heads": 8, "num_local_experts": 8,
              "output_router_logits": false, "rms_norm_eps": 1e-05, "router_aux_loss_coef": 0.001, "router_jitter_noise": 0.0,
              "sliding_window": null, "tie_word_embeddings": false, "use_cache": true, "vocab_size": null
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            new Same( "decoder.layers.*.pre_mlp_layernorm.weight",       "model.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.mlp.router.weight",              "model.layers.*.block_sparse_moe.gate.weight"),
            new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.block_sparse_moe.experts.*.w{1,3}.weight"),
            new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.block_sparse_moe.experts.*.w2.weight"),
        ],
        Ignored      = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        provider.MoeFfnHiddenSize = provider.FfnHiddenSize;
        provider.MoeGroupedGemm = true;
        provider.MoeRouterLoadBalancingType = "aux_loss";
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        RopeConfig.Read(hf).ApplyScaling(provider);
        if (hf.IntegerOrNull("sliding_window") is { } window)
        {
            provider.Window = window;
            provider.CpCommType = "a2a";
        }
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["sliding_window"] = provider.Window;
        if (provider.KvChannels == provider.HiddenSize / provider.NumAttentionHeads)
        {
            hf["head_dim"] = null;
        }
    }
}
