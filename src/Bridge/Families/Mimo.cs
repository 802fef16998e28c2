using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Families;

/// <summary>MiMo-7B: Qwen2's layers, and others like them for multi-token prediction.</summary>
public static class Mimo
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Qwen2.Family with
    {
        Architecture = "MiMoForCausalLM",
        ModelType    = "mimo",
        Configure    = Configure,
        ConfigureHf  = ConfigureHf,
        Parameters   =
        [
            .. Qwen2.Family.Parameters,
            new Same("mtp.layers.*.enorm.weight",               "model.mtp_layers.*.token_layernorm.weight"),
            new Same("mtp.layers.*.hnorm.weight",               "model.mtp_layers.*.hidden_layernorm.weight"),
            new SwappedHalves("mtp.layers.*.eh_proj.weight",    "model.mtp_layers.*.input_proj.weight"),
            .. new[] { Decoder.Attention, Decoder.QkvBias, Decoder.GatedMlp }.SelectMany(rows => rows).Select(row =>
                row.Moved(("decoder.layers.*.", "mtp.layers.*.mtp_model_layer."), ("model.layers.*.", "model.mtp_layers.*."))),
            new Same("mtp.layers.*.final_layernorm.weight",     "model.mtp_layers.*.final_layernorm.weight"),
        ],
    };

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        Qwen2.Family.Configure(provider, hf);
        provider["mtp_loss_scaling_factor"] = 0.1;
    }

    private static void ConfigureHf(JsonObject hf, ModelProvider provider)
    {
        Qwen2.Family.ConfigureHf(hf, provider);
        if (provider.MtpNumLayers is { } layers)
        {
            hf["num_nextn_predict_layers"] = layers;
        }
    }
}
