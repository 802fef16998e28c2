using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// Granite with experts: all experts of a layer in one tensor, and factors of its own (see <see cref="GraniteMultipliers"/>).
/// Not in upstream.
/// </summary>
public static class GraniteMoe
{
    private const string Defaults = """
        {
          "attention_bias": false, "attention_dropout": 0.0, "attention_multiplier": 1.0, "dtype": null, "embedding_multiplier": 1.0,
          "hidden_act": "silu", "hidden_size": null, "initializer_range": 0.02, "intermediate_size": null, "logits_scaling": 1.0,
          "max_position_embeddings": 2048, "num_attention_heads": null, "num_experts_per_tok": 2, "num_hidden_layers": null,
          "num_key_value_heads": null, "num_local_experts": 8, "output_router_logits": false, "residual_multiplier": 1.0,
          "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001, "tie_word_embeddings": false, "use_cache": true, "vocab_size": null
        }
        """;

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "GraniteMoeForCausalLM",
        ModelType    = "granitemoe",
        IsUpstream   = false,
        HfDefaults   = Defaults,
        Configure    = Configure,
        ConfigureHf  = GraniteMultipliers.Write,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            new Same("decoder.layers.*.pre_mlp_layernorm.weight",       "model.layers.*.post_attention_layernorm.weight"),
            new Same("decoder.layers.*.mlp.router.weight",              "model.layers.*.block_sparse_moe.router.layer.weight"),
            new Same("decoder.layers.*.mlp.experts.linear_fc1.weight*", "model.layers.*.block_sparse_moe.input_linear.weight"), // gate above up
            new Same("decoder.layers.*.mlp.experts.linear_fc2.weight*", "model.layers.*.block_sparse_moe.output_linear.weight"),
        ],
        Ignored      = Decoder.Ignored,
    };

    // csharpier-ignore
    /// <summary>The same with an expert that all tokens visit.</summary>
    public static Family Shared { get; } = Family with
    {
        Architecture  = "GraniteMoeSharedForCausalLM",
        ModelType     = "granitemoeshared",
        HfDefaults    = Defaults.Insert(Defaults.IndexOf("\"tie_word", StringComparison.Ordinal), "\"shared_intermediate_size\": 0, "),
        Configure     = ConfigureShared,
        ConfigureHf   = ConfigureSharedHf,
        Parameters    =
        [
            .. Family.Parameters,
            new Same("decoder.layers.*.mlp.shared_experts.linear_fc1.weight", "model.layers.*.shared_mlp.input_linear.weight"), // gate above up
            new Same("decoder.layers.*.mlp.shared_experts.linear_fc2.weight", "model.layers.*.shared_mlp.output_linear.weight"),
        ],
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
        GraniteMultipliers.Read(hf, provider);
    }

    private static void ConfigureShared(ModelProvider provider, HfConfig hf)
    {
        Configure(provider, hf);
        provider.MoeSharedExpertIntermediateSize = hf.IntegerOr("shared_intermediate_size", 0) is > 0 and var width
            ? width
            : null;
    }

    private static void ConfigureSharedHf(JsonObject hf, ModelProvider provider)
    {
        GraniteMultipliers.Write(hf, provider);
        hf["shared_intermediate_size"] = provider.MoeSharedExpertIntermediateSize ?? 0;
    }
}
