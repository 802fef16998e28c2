using MegatronBridge.Config.Families;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>Llama 2, 3, 3.1, 3.2, 3.3: grouped-query attention, SwiGLU, RMSNorm, rotary positions with or without llama3 scaling.</summary>
public static class Llama
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture = "LlamaForCausalLM",
        ModelType    = "llama",
        Configure    = LlamaConfig.Configure,
        ConfigureHf  = LlamaConfig.ConfigureHf,
        Parameters   =
        [
            .. Decoder.Ends,
            .. Decoder.Attention,
            .. Decoder.GatedMlp,

            // with attention_bias and mlp_bias
            .. Decoder.QkvBias,
            new Same( "decoder.layers.*.self_attention.linear_proj.bias", "model.layers.*.self_attn.o_proj.bias"),
            new Gated("decoder.layers.*.mlp.linear_fc1.bias",             "model.layers.*.mlp.{gate,up}_proj.bias"),
            new Same( "decoder.layers.*.mlp.linear_fc2.bias",             "model.layers.*.mlp.down_proj.bias"),
        ],
        Ignored = Decoder.Ignored,
    };
}
