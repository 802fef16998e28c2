using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>What Qwen3-Next and Qwen3.5 share: gated delta net in most layers, gated attention in the others.</summary>
internal static class DeltaNet
{
    // csharpier-ignore-start

    /// <summary>Attention whose output is gated, with norms before it and on query and key heads.</summary>
    public static IReadOnlyList<ParameterMapping> Attention { get; } =
    [
        new Same(        "decoder.layers.*.self_attention.linear_qkv.layer_norm_weight", "model.layers.*.input_layernorm.weight"),
        new GatedQkv(    "decoder.layers.*.self_attention.linear_qkv.weight",            "model.layers.*.self_attn.{q,k,v}_proj.weight"),
        new GatedQkv(    "decoder.layers.*.self_attention.linear_qkv.bias",              "model.layers.*.self_attn.{q,k,v}_proj.bias"),
        new Same(        "decoder.layers.*.self_attention.linear_proj.weight",           "model.layers.*.self_attn.o_proj.weight"),
        .. Decoder.QkNorms,
    ];

    /// <summary>Gated delta net, but for the projection in.</summary>
    public static IReadOnlyList<ParameterMapping> LinearAttention { get; } =
    [
        new Same(        "decoder.layers.*.self_attention.dt_bias",                      "model.layers.*.linear_attn.dt_bias"),
        new Same(        "decoder.layers.*.self_attention.A_log",                        "model.layers.*.linear_attn.A_log"),
        new Same(        "decoder.layers.*.self_attention.in_proj.layer_norm_weight",    "model.layers.*.input_layernorm.weight"),
        new Same(        "decoder.layers.*.self_attention.conv1d.weight",                "model.layers.*.linear_attn.conv1d.weight"),
        new ZeroCentered("decoder.layers.*.self_attention.out_norm.weight",              "model.layers.*.linear_attn.norm.weight"),
        new Same(        "decoder.layers.*.self_attention.out_proj.weight",              "model.layers.*.linear_attn.out_proj.weight"),
    ];

    /// <summary>Experts, and one that all tokens visit, behind a gate.</summary>
    public static IReadOnlyList<ParameterMapping> Experts { get; } =
    [
        .. Decoder.Experts,
        new Gated(       "decoder.layers.*.mlp.shared_experts.linear_fc1.weight",        "model.layers.*.mlp.shared_expert.{gate,up}_proj.weight"),
        new Same(        "decoder.layers.*.mlp.shared_experts.linear_fc2.weight",        "model.layers.*.mlp.shared_expert.down_proj.weight"),
        new Same(        "decoder.layers.*.mlp.shared_experts.gate_weight",              "model.layers.*.mlp.shared_expert_gate.weight"),
    ];
    // csharpier-ignore-end

    /// <summary>What describes the layers.</summary>
    public static ConfigValue LayerSpec { get; } =
        Targets.Function(
            "megatron.core.models.gpt.experimental_attention_variant_module_specs.get_transformer_block_with_experimental_attention_variant_spec"
        );

    /// <summary>The sizes of the delta net and of the shared expert.</summary>
    public static ConfigMapping ConfigMapping { get; } =
        ConfigMapping.Standard.With([
            ("linear_conv_kernel_dim", "linear_conv_kernel_dim"),
            ("linear_key_head_dim", "linear_key_head_dim"),
            ("linear_value_head_dim", "linear_value_head_dim"),
            ("linear_num_key_heads", "linear_num_key_heads"),
            ("linear_num_value_heads", "linear_num_value_heads"),
            ("shared_expert_intermediate_size", "moe_shared_expert_intermediate_size"),
        ]);

    /// <summary>The fields of all these models.</summary>
    public static void Configure(ModelProvider provider, HfConfig hf)
    {
        provider.TransformerLayerSpec = LayerSpec;
        provider.Normalization = "RMSNorm";
        provider.GatedLinearUnit = true;
        provider.AddBiasLinear = false;
        provider.QkLayernorm = true;
        provider.HiddenDropout = 0.0;
        provider.AutocastDtype = DType.BF16;
        provider.LayernormZeroCenteredGamma = true;
        provider.AttentionOutputGate = true;
        provider.ExperimentalAttentionVariant = "gated_delta_net";
        provider.LinearAttentionFreq = LinearLayers(hf);
        provider.HetereogenousDistCheckpoint = true;
    }

    /// <summary>The fields of those with experts.</summary>
    public static void ConfigureExperts(ModelProvider provider)
    {
        provider.MoeGroupedGemm = true;
        provider.MoeRouterLoadBalancingType = "global_aux_loss";
        provider.MoeRouterPreSoftmax = false;
        provider.MoeTokenDispatcherType = "alltoall";
        provider.MoePermuteFusion = true;
        provider.MoeSharedExpertGate = true;
    }

    /// <summary>The <c>layer_types</c> of a config.json.</summary>
    public static JsonArray LayerTypes(ModelProvider provider) =>
        new([
            .. Enumerable
                .Range(0, provider.NumLayers)
                .Select(layer =>
                    (JsonNode)(provider.IsLinearAttentionLayer(layer) ? "linear_attention" : "full_attention")
                ),
        ]);

    // 1 for linear, 0 for full attention.
    private static ConfigValue LinearLayers(HfConfig hf)
    {
        if (!hf.IsSet("layer_types"))
        {
            int interval = hf.IntegerOr("full_attention_interval", 4);
            return ConfigValue.ListOf(
                Enumerable
                    .Range(1, hf.Integer("num_hidden_layers"))
                    .Select(layer => (ConfigValue)(layer % interval == 0 ? 0L : 1L))
            );
        }

        return ConfigValue.ListOf(
            hf.Texts("layer_types")
                .Select(type =>
                    type switch
                    {
                        "linear_attention" => (ConfigValue)1L,
                        "full_attention" => 0L,
                        _ => throw hf.Wrong("layer_types", "a list of linear_attention and full_attention"),
                    }
                )
        );
    }
}
