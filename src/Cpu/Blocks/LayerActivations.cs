using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>What the MLPs of a layer do between their linear layers: some classes have bounds for each layer, or a function of their own.</summary>
internal static class LayerActivations
{
    /// <summary>That of the experts that a router chooses between.</summary>
    public static Activation Experts(WeightScope scope) =>
        Of(scope).Limited(scope.Provider.OfLayer("swiglu_limits", scope.Layer));

    /// <summary>That of a dense MLP, or of the experts that all tokens visit.</summary>
    public static Activation Dense(WeightScope scope) =>
        Of(scope)
            .Limited(
                scope.Provider.OfLayer("swiglu_limits_shared", scope.Layer)
                    ?? scope.Provider.OfLayer("swiglu_limits", scope.Layer)
            );

    private static Activation Of(WeightScope scope)
    {
        ClassBehaviour behaviour = ClassBehaviour.Of(scope.Provider);
        Activation known = Activation.Of(scope.Provider) with { LimitsResult = behaviour.LimitsActivations };
        return behaviour.HasSitu ? known with { Name = Activation.Situ } : known;
    }
}
