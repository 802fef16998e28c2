using MegatronBridge.Config;

namespace MegatronBridge.Estimates.Memory;

/// <summary>What is not kept for the backward pass but computed again, as the provider's <c>recompute_*</c> fields say.</summary>
internal sealed class Recomputation
{
    private static readonly Dictionary<string, ActivationModule[]> Modules = new(StringComparer.Ordinal)
    {
        ["core_attn"] = [ActivationModule.CoreAttention],
        ["layernorm"] = [ActivationModule.Norm],
        ["mla_up_proj"] = [ActivationModule.LatentUp],
        ["mlp"] = [ActivationModule.Mlp],
        ["moe_act"] = [ActivationModule.ExpertActivation],
        ["moe"] = [ActivationModule.Experts, ActivationModule.ExpertActivation, ActivationModule.SharedExperts],
        ["shared_experts"] = [ActivationModule.SharedExperts],
        ["gdn_norm_out"] = [ActivationModule.DeltaNorm],
        ["mhc"] = [], // what hyper-connections keep is not estimated
    };

    /// <summary>No module.</summary>
    public static readonly IReadOnlySet<ActivationModule> Nothing = new HashSet<ActivationModule>();

    private Recomputation() { }

    /// <summary>Modules that compute again in every layer.</summary>
    public IReadOnlySet<ActivationModule> Freed { get; private init; } = Nothing;

    /// <summary>How many layers compute again together, of which only the input is kept; 0 for none.</summary>
    public int UnitLayers { get; private init; }

    /// <summary>How many layers of each stage compute again, from its first.</summary>
    public int MostLayers { get; private init; }

    /// <summary>True when tensor parallel ranks share the inputs that are kept.</summary>
    public bool SharesInputs { get; private init; }

    /// <summary>What a completed provider says.</summary>
    /// <exception cref="InvalidConfigException">A module is chosen that is not estimated, or less than one layer.</exception>
    public static Recomputation Of(ModelProvider provider)
    {
        if (provider.RecomputeGranularity is null)
        {
            return new();
        }

        if (provider.RecomputeGranularity == "selective")
        {
            return new() { Freed = (provider.RecomputeModules ?? []).SelectMany(FreedBy).ToHashSet() };
        }

        int layers = provider.RecomputeNumLayers is >= 1 and var count
            ? count
            : throw new InvalidConfigException(
                $"recompute_num_layers must be 1 or more, found {provider["recompute_num_layers"]}."
            );
        bool isUniform = provider.RecomputeMethod == "uniform";
        return new()
        {
            UnitLayers = isUniform ? layers : 1,
            MostLayers = isUniform ? int.MaxValue : layers,
            SharesInputs = provider.DistributeSavedActivations == true,
        };
    }

    private static ActivationModule[] FreedBy(string module) =>
        Modules.TryGetValue(module, out ActivationModule[]? freed)
            ? freed
            : throw new InvalidConfigException(
                $"What recomputing {module} frees is not estimated; recompute_modules may have {string.Join(", ", Modules.Keys)}."
            );
}
