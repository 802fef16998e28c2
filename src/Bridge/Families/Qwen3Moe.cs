using MegatronBridge.Config.Families;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>Qwen3 mixture of experts: Qwen3's attention, and in every layer a router over gated experts.</summary>
public static class Qwen3Moe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "Qwen3MoeForCausalLM",
        ModelType    = "qwen3_moe",
        Configure    = Qwen3MoeConfig.Configure,
        ConfigureHf  = Qwen3MoeConfig.ConfigureHf,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.QkNorms,
            new Same( "decoder.layers.*.pre_mlp_layernorm.weight",        "model.layers.*.post_attention_layernorm.weight"),
            new Same( "decoder.layers.*.mlp.router.weight",               "model.layers.*.mlp.gate.weight"),
            new Gated("decoder.layers.*.mlp.experts.linear_fc1.weight*",  "model.layers.*.mlp.experts.*.{gate,up}_proj.weight"),
            new Same( "decoder.layers.*.mlp.experts.linear_fc2.weight*",  "model.layers.*.mlp.experts.*.down_proj.weight"),
        ],
        Ignored = Decoder.Ignored,
    };
}
