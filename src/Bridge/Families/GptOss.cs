using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// GPT-OSS: a sink for each head, a window in every other layer, biases everywhere, and experts that lie input first in one
/// tensor of a layer, with gate and up in turns.
/// </summary>
public static class GptOss
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "GptOssForCausalLM",
        ModelType    = "gpt_oss",
        HfDefaults   = """
            {
              "attention_bias": true, "attention_dropout": 0.0, "dtype": null, "head_dim": 64, "hidden_act": "silu",
              "hidden_size": 2880, "initializer_range": 0.02, "intermediate_size": 2880, "layer_types": null,
              "max_position_embeddings": 131072, "num_attention_heads": 64, "num_experts_per_tok": 4,
              "num_hidden_layers": 36, "num_key_value_heads": 8, "num_local_experts": 128,
              "output_router_logits": false, "rms_norm_eps": 1e-05, "router_aux_loss_coef": 0.001,
              "sliding_window": 128, "tie_word_embeddings": false, "rope_parameters": {
                "beta_fast": 32.0, "beta_slow": 1.0, "factor": 32.0, "original_max_position_embeddings": 4096,
                "rope_theta": 150000.0, "rope_type": "yarn", "truncate": false
              },
              "use_cache": true, "vocab_size": 201088
            }
            """,
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.QkvBias,
            new Same(          "decoder.layers.*.self_attention.linear_proj.bias",              "model.layers.*.self_attn.o_proj.bias"),
            new Same(          "decoder.layers.*.self_attention.core_attention.softmax_offset", "model.layers.*.self_attn.sinks"),
            new Same(          "decoder.layers.*.pre_mlp_layernorm.weight",                     "model.layers.*.post_attention_layernorm.weight"),
            new Same(          "decoder.layers.*.mlp.router.weight",                            "model.layers.*.mlp.router.weight"),
            new Same(          "decoder.layers.*.mlp.router.bias",                              "model.layers.*.mlp.router.bias"),
            new GateUpInTurns( "decoder.layers.*.mlp.experts.linear_fc1.weight*",               "model.layers.*.mlp.experts.gate_up_proj"),
            new GateUpInTurns( "decoder.layers.*.mlp.experts.linear_fc1.bias*",                 "model.layers.*.mlp.experts.gate_up_proj_bias"),
            new Transposed(    "decoder.layers.*.mlp.experts.linear_fc2.weight*",               "model.layers.*.mlp.experts.down_proj"),
            new Same(          "decoder.layers.*.mlp.experts.linear_fc2.bias*",                 "model.layers.*.mlp.experts.down_proj_bias"),
        ],
        Ignored      = Decoder.Ignored,
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = true;
        provider.HiddenDropout = 0.0;
        provider.ActivationFunc = Targets.QuickGelu;
        provider.ActivationFuncClampValue = 7.0;
        provider.GluLinearOffset = 1.0;
        provider.SoftmaxType = "learnable";
        provider.Window = hf.IntegerOrNull("sliding_window");
        provider.WindowAttnSkipFreq = 2L;
        provider.MoeFfnHiddenSize = hf.Integer("intermediate_size");
        provider.MoeRouterPreSoftmax = false;
        provider.MoeGroupedGemm = true;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        provider.MoeRouterLoadBalancingType = "none";
        provider["bias_activation_fusion"] = true;
        provider["bias_dropout_fusion"] = false;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        hf["attention_bias"] = true;
        hf["hidden_act"] = "silu"; // of the gate; what transformers then computes is its own
        hf["sliding_window"] = provider.Window;
        hf["layer_types"] = LayerTypes.Interval(2, provider.NumLayers, "sliding_attention", "full_attention");
    }

    /// <summary>
    /// Gate and up of an expert: <c>[hidden, 2 * width]</c> with gate and up in turns as columns (in a bias as elements) to
    /// <c>[2 * width, hidden]</c>, gate above up.
    /// </summary>
    private sealed class GateUpInTurns(string megatron, string hf) : ParameterMapping(megatron, hf)
    {
        /// <inheritdoc/>
        public override string Kind => "gate and up in turns";

        /// <inheritdoc/>
        public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf)
        {
            Shape shape = hf[0].Shape;
            long rows = shape[shape.Rank - 1];
            return shape.Rank == 1
                ? hf[0].Reshape([rows / 2, 2]).Permute(1, 0).Reshape([rows])
                : hf[0].Reshape([shape[0], rows / 2, 2]).Permute(2, 1, 0).Reshape([rows, shape[0]]);
        }

        /// <inheritdoc/>
        public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron)
        {
            Shape shape = megatron.Shape;
            long rows = shape[0];
            return
            [
                shape.Rank == 1
                    ? megatron.Reshape([2, rows / 2]).Permute(1, 0).Reshape([rows])
                    : megatron.Reshape([2, rows / 2, shape[1]]).Permute(2, 1, 0).Reshape([shape[1], rows]),
            ];
        }
    }
}
