using MegatronBridge.Adapters;
using MegatronBridge.Config;

namespace MegatronBridge.Estimates;

/// <summary>Low-rank adapters beside frozen weights.</summary>
public sealed record LoraSettings
{
    private static readonly string[] Fused = ["linear_qkv", "linear_proj", "linear_fc1", "linear_fc2"];

    private static readonly string[] Apart =
    [
        "linear_q",
        "linear_k",
        "linear_v",
        "linear_proj",
        "linear_fc1_up",
        "linear_fc1_gate",
        "linear_fc2",
    ];

    private readonly IReadOnlyList<string>? _targetModules;

    /// <summary>How the model is adapted.</summary>
    public AdapterMethod Method { get; init; }

    /// <summary>Rank of the adapters; upstream's default is 32.</summary>
    public int Rank { get; init; } = 32;

    /// <summary>True when the experts of a layer on a rank share an adapter, as upstream has them unless told otherwise; FLOPs are the same.</summary>
    public bool SharesExpertAdapters { get; init; } = true;

    /// <summary>
    /// The linear layers that have one, by the last part of Megatron's names; upstream's default for the method. Those of canonical LoRA
    /// are projections of these: <c>linear_q</c>, <c>linear_fc1_up</c>. Each must be one that the model has, but for the default.
    /// </summary>
    public IReadOnlyList<string> TargetModules
    {
        get => _targetModules ?? (Method == AdapterMethod.CanonicalLora ? Apart : Fused);
        init => _targetModules = value;
    }

    /// <summary>False where targets that are no layer of the model are left out, as upstream leaves them, as long as one is.</summary>
    public bool RequiresAllTargets { get; init; } = true;

    /// <summary>Which adapters a linear layer has: one of the whole layer (null), or those of projections, by their targets; none when it is no target.</summary>
    /// <param name="module">The last part of the layer's name.</param>
    /// <param name="isGated">True when its rows are a gate's and an up projection's.</param>
    /// <param name="isRoutedExpert">True for those of routed experts, which upstream adapts whole.</param>
    internal IReadOnlyList<string?> AdaptersOf(string module, bool isGated, bool isRoutedExpert)
    {
        bool isApart = Method == AdapterMethod.CanonicalLora;
        return module switch
        {
            "linear_qkv" when isApart => [.. Of("linear_q", "linear_k", "linear_v")],
            "linear_fc1" when isApart && isGated && !isRoutedExpert => [.. Of("linear_fc1_gate", "linear_fc1_up")],
            "linear_fc1" when isApart => Of("linear_fc1_gate", "linear_fc1_up").Any() ? [null] : [],
            _ => TargetModules.Contains(module) ? [null] : [],
        };

        IEnumerable<string> Of(params string[] parts) => parts.Where(TargetModules.Contains);
    }

    /// <summary>Refuses settings that mean nothing for a model whose linear layers have these names.</summary>
    /// <exception cref="InvalidConfigException">The rank is below 1, or a target is no linear layer of the model.</exception>
    internal void Require(IEnumerable<string> modules)
    {
        if (Rank < 1)
        {
            throw new InvalidConfigException($"The rank of LoRA adapters is {Rank}; it must be 1 or more.");
        }

        string[] has = [.. modules.SelectMany(Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] missing = [.. TargetModules.Except(has, StringComparer.Ordinal)];
        if (
            missing.Length == TargetModules.Count
            || (RequiresAllTargets && _targetModules is not null && missing.Length > 0)
        )
        {
            throw new InvalidConfigException(
                $"The model has no linear layer called {string.Join(" or ", missing)} for LoRA adapters"
                    + $"{(Method == AdapterMethod.CanonicalLora ? " of canonical LoRA" : "")}; it has {string.Join(", ", has)}."
            );
        }
    }

    private IEnumerable<string> Names(string module) =>
        Method != AdapterMethod.CanonicalLora ? [module]
        : module == "linear_qkv" ? Apart[..3]
        : module == "linear_fc1" ? Apart[4..6]
        : [module];
}
