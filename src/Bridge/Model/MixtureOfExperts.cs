using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>
/// A router and its experts, which the checkpoint stacks along a dimension of their own, and experts that all tokens visit.
/// Grouped and sequential experts are stored alike.
/// </summary>
internal static class MixtureOfExperts
{
    /// <summary>Adds them. A router that <paramref name="isHashed"/> has a table that tells the experts of each token.</summary>
    public static void AddTo(TableScope scope, ModelProvider provider, bool isHashed = false)
    {
        TableScope own = scope.Inside("mlp.");
        Norm.AddTo(scope, "pre_mlp_layernorm", provider.HiddenSize, provider);
        AddRouter(own, provider, isHashed);
        AddExperts(own, provider);
        AddSharedExperts(own, provider);
    }

    /// <summary>Adds the router; its scope, as that of what follows, is that of the module.</summary>
    public static void AddRouter(TableScope scope, ModelProvider provider, bool isHashed = false)
    {
        int experts = Experts(provider);
        DType? dtype = LayerSpec.Of(provider).HasWideRouter ? DType.F32 : null;
        scope.Parameter("router.weight", [experts, provider.HiddenSize], Cut.Replicated, dtype);
        if (provider.AddBiasLinear)
        {
            scope.Parameter("router.bias", [experts], Cut.Replicated);
        }

        if (isHashed)
        {
            scope.Buffer("router.tid2eid", [provider.VocabSize, provider.MoeRouterTopk], DType.I32);
        }
        else if (provider.MoeRouterEnableExpertBias)
        {
            // Small updates would be lost in half precision.
            scope.Buffer("router.expert_bias", [experts], DType.F32);
        }
    }

    /// <summary>Adds the experts between which the router chooses.</summary>
    public static void AddExperts(TableScope scope, ModelProvider provider)
    {
        int experts = Experts(provider);
        long width =
            provider.MoeFfnHiddenSize ?? throw new InvalidOperationException("moe_ffn_hidden_size is not set.");
        if (provider.MoeLatentSize is { } latent)
        {
            scope.Linear("fc1_latent_proj", [latent, provider.HiddenSize], Cut.Replicated, provider.AddBiasLinear);
            scope.Linear("fc2_latent_proj", [provider.HiddenSize, latent], Cut.Replicated, provider.AddBiasLinear);
        }

        IEnumerable<TableScope> all = Enumerable
            .Range(0, scope.Table.IsOutline ? 1 : experts)
            .Select(expert =>
                scope with
                {
                    KeyPrefix = scope.KeyPrefix + "experts.",
                    Axes = [.. scope.Axes, new StackAxis(expert, experts)],
                    Expert = expert,
                }
            );
        DenseMlp.AddProjections([.. all], "experts", provider, provider.MoeLatentSize ?? provider.HiddenSize, width);
    }

    /// <summary>Adds the experts that all tokens visit, if there are any.</summary>
    public static void AddSharedExperts(TableScope scope, ModelProvider provider)
    {
        if (provider.MoeSharedExpertIntermediateSize is not { } width)
        {
            return;
        }

        DenseMlp.AddProjections(scope, "shared_experts", provider, provider.HiddenSize, width);
        if (provider.MoeSharedExpertGate)
        {
            // The module comes before its layers, but the checkpoint writes it behind them.
            scope.Parameter("shared_experts.gate_weight", [1, provider.HiddenSize], Cut.Replicated);
        }
    }

    private static int Experts(ModelProvider provider) =>
        provider.NumMoeExperts ?? throw new InvalidOperationException("A mixture-of-experts layer without experts.");
}
