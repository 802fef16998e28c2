using MegatronBridge.Config;
using MegatronBridge.Model;
using static MegatronBridge.Config.Schema.ProviderField;

namespace MegatronBridge.Families;

/// <summary>Gemma 4 with experts that sees: <see cref="Gemma4Moe"/> behind the towers of <see cref="Gemma4Vl"/>.</summary>
public static class Gemma4VlMoe
{
    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = Gemma4Vl.Family with
    {
        AppliesTo     = hf => hf.FlagOr("text_config.enable_moe_block", false),
        Schema        = Gemma4Moe.Family.Schema.Derive("megatron.bridge.models.gemma_vl.gemma4_vl_provider.Gemma4VLModelProvider", [.. Gemma4Vl.Fields, Bool("scatter_embedding_sequence_parallel", false)])
            .MadeOf(Gemma4Vl.AddTowers, LanguageModel.In("language_model.")),
        ConfigMapping = Gemma4Moe.Family.ConfigMapping,
        Configure     = (provider, hf) => Gemma4Moe.Configure(provider, hf.Nested("text_config")!),
        ConfigureHf   = (hf, provider) => Gemma4Vl.ConfigureHf(hf, provider, Gemma4Moe.ConfigureHf),
        Parameters    = [.. Gemma4Vl.Towers, .. Gemma4Moe.Family.Parameters.Inside()],
    };
}
