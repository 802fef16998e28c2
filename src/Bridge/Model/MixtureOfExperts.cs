using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>A router and its experts, which the checkpoint stacks along a dimension of their own.</summary>
internal static class MixtureOfExperts
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        int experts =
            provider.NumMoeExperts
            ?? throw new InvalidOperationException("A mixture-of-experts layer without experts.");
        long width =
            provider.MoeFfnHiddenSize ?? throw new InvalidOperationException("moe_ffn_hidden_size is not set.");
        Norm.AddTo(scope, "pre_mlp_layernorm", provider.HiddenSize, provider);
        scope.Parameter("mlp.router.weight", [experts, provider.HiddenSize], Cut.Replicated);

        for (int expert = 0; expert < experts; expert++)
        {
            TableScope one = scope with
            {
                NamePrefix = scope.NamePrefix + "mlp.",
                KeyPrefix = scope.KeyPrefix + "mlp.experts.",
                Axes = [.. scope.Axes, new StackAxis(expert, experts)],
                Expert = expert,
            };
            DenseMlp.AddProjections(one, "experts", provider, width, provider.AddBiasLinear);
        }
    }
}
