using MegatronBridge.Config;
using MegatronBridge.Inspection;

namespace MegatronBridge.Families;

/// <summary>All families. A new one is a line here, or a call of <see cref="Register"/> where it is not part of this library.</summary>
public static class FamilyList
{
    private static readonly Lock Registering = new();
    private static volatile IReadOnlyList<Family> _registered = [];

    /// <summary>Every family: those of this library in the order of the documentation, then those that were registered.</summary>
    public static IReadOnlyList<Family> All => _registered.Count == 0 ? BuiltIn : [.. BuiltIn, .. _registered];

    private static IReadOnlyList<Family> BuiltIn { get; } =
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
        Ernie45Vl.Released,
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

    // What was registered last counts first.
    private static IEnumerable<Family> ByPriority => _registered.Reverse().Concat(BuiltIn);

    /// <summary>
    /// Makes a family known to everything in this process. Where it has the architecture of another one, it counts instead of that.
    /// (Upstream: register_bridge.)
    /// </summary>
    /// <returns>Disposing of it takes the family away again.</returns>
    public static IDisposable Register(Family family)
    {
        lock (Registering)
        {
            _registered = [.. _registered, family];
        }

        return new Registration(family);
    }

    /// <summary>The family of an architecture, or null when there is none.</summary>
    public static Family? Find(string architecture) => ByPriority.FirstOrDefault(family => family.Has(architecture));

    /// <summary>The family of a Hugging Face config.</summary>
    /// <param name="config">The config.</param>
    /// <param name="more">Families that count before those of the list.</param>
    /// <exception cref="UnsupportedModelException">There is none.</exception>
    public static Family Of(HfConfig config, params IEnumerable<Family> more)
    {
        if (Find(config, more) is { } family)
        {
            return family;
        }

        int supported = All.Select(family => family.Architecture).Distinct().Count();
        string nearest = ModelLikeness.Nearest(config, [], 1)[0].Family.Architecture;
        throw new UnsupportedModelException(
            $"The architecture {string.Join(", ", config.Architectures)} (model_type {config.ModelType}) is not supported. "
                + $"By its config, the nearest of the {supported} that are is {nearest}; \"megatron-bridge models\" lists them all, "
                + $"\"megatron-bridge inspect {Path.GetDirectoryName(config.Path)}\" tells what is missing."
        );
    }

    /// <summary>The family of a Hugging Face config, or null when there is none.</summary>
    public static Family? Find(HfConfig config, params IEnumerable<Family> more)
    {
        Family[] families = [.. more, .. ByPriority];
        return config
            .Architectures.Select(architecture =>
                Array.Find(families, family => family.Has(architecture) && family.AppliesTo(config))
            )
            .FirstOrDefault(family => family is not null);
    }

    private sealed class Registration(Family family) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            lock (Registering)
            {
                int index = _isOver ? -1 : _registered.ToList().LastIndexOf(family);
                _registered = [.. _registered.Where((_, i) => i != index)];
                _isOver = true;
            }
        }
    }
}
