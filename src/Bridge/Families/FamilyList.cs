using MegatronBridge.Config;

namespace MegatronBridge.Families;

/// <summary>All families. A new one is a line here.</summary>
public static class FamilyList
{
    /// <summary>Every family, in the order of the documentation.</summary>
    public static IReadOnlyList<Family> All { get; } =
    [
        Llama.Family,
        Mistral.Family,
        Qwen2.Family,
        Qwen3.Family,
        Qwen3Moe.Family,
        DeepseekV2.Family,
        DeepseekV3.Family,
        DeepseekV4.Family,
        Gemma.Family,
        Gemma2.Family,
        Gemma3.Family,
        Gemma4.Family,
        Gemma4Moe.Family,
        Gemma3Vl.Family,
        Gemma4Vl.Family,
        Gemma4VlMoe.Family,
        Mistral3.Family,
        Glm45v.Family,
        GptOss.Family,
        Nemotron.Family,
        Exaone4.Family,
        Exaone45.Family,
        Qwen3Next.Family,
        Qwen35.Family,
        Qwen35Moe.Family,
        NemotronH.Family,
        NemotronVl.Family,
        NemotronOmni.Family,
        NemotronOmni.Early,
        FalconH1.Family,
        LlamaNemotron.Family,
        Llada.Family,
        NemotronLabsDiffusion.Family,
        NemotronLabsDiffusion.WithTower,
        Flux.Family,
        Wan.Family,
        KimiK2.Family,
        KimiK25.Family,
        KimiVl.Family,
        KimiK3.Family,
        Olmoe.Family,
        Glm4Moe.Family,
        Glm4MoeLite.Family,
        GlmMoeDsa.Family,
        BailingMoeV2.Family,
        Ernie45Moe.Family,
        Ernie45Vl.Family,
        HyV3.Family,
        MiniMaxM2.Family,
        MiniMaxM3.Family,
        ExaoneMoe.Family,
        SarvamMoe.Family,
        SarvamMla.Family,
        Mixtral.Family,
        Qwen2Moe.Family,
        GraniteMoe.Family,
        GraniteMoe.Shared,
        Mimo.Family,
        MimoV2Flash.Family,
        Step35.Family,
        Step37.Family,
        Gpt2.Family,
        GptNeoX.Family,
        Phi.Family,
        Phi3.Family,
        Phimoe.Family,
        Ministral3.Family,
        SmolLm3.Family,
        Starcoder2.Family,
        Olmo2.Family,
        Olmo3.Family,
        Granite.Family,
        Cohere.Family,
        Cohere2.Family,
        Qwen25Vl.Family,
        Qwen2Audio.Family,
        Qwen3Vl.Family,
        Qwen3VlMoe.Family,
        Qwen35Vl.Family,
        Qwen35VlMoe.Family,
        Qwen35Score.Family,
        Qwen25Omni.Family,
        Qwen3OmniMoe.Family,
        Qwen3Asr.Family,
    ];

    /// <summary>The family of an architecture, or null when there is none.</summary>
    public static Family? Find(string architecture) =>
        All.FirstOrDefault(family =>
            family.Architecture == architecture || family.OtherArchitectures.Contains(architecture)
        );

    /// <summary>The family of a Hugging Face config.</summary>
    /// <exception cref="UnsupportedModelException">There is none.</exception>
    public static Family Of(HfConfig config)
    {
        if (Find(config) is { } family)
        {
            return family;
        }

        int supported = All.Select(family => family.Architecture).Distinct().Count();
        throw new UnsupportedModelException(
            $"The architecture {string.Join(", ", config.Architectures)} (model_type {config.ModelType}) is not supported. "
                + $"\"megatron-bridge models\" lists the {supported} that are; \"megatron-bridge inspect {Path.GetDirectoryName(config.Path)}\" "
                + "tells which of them is nearest, and what is missing."
        );
    }

    /// <summary>The family of a Hugging Face config, or null when there is none.</summary>
    public static Family? Find(HfConfig config) =>
        config
            .Architectures.Select(architecture =>
                All.FirstOrDefault(family =>
                    (family.Architecture == architecture || family.OtherArchitectures.Contains(architecture))
                    && family.AppliesTo(config)
                )
            )
            .FirstOrDefault(family => family is not null);
}
