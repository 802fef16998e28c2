using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>A normalisation: a weight, and a bias unless it is RMSNorm.</summary>
internal static class Norm
{
    /// <summary>Adds a norm that is a module of its own.</summary>
    public static void AddTo(TableScope scope, string module, long size, ModelProvider provider)
    {
        AddParameters(scope, module + ".", size, provider);
        if (!scope.IsLocal)
        {
            scope.Module(module);
        }
    }

    /// <summary>Adds a norm that Transformer Engine fuses into the linear layer behind it.</summary>
    public static void AddFused(TableScope scope, string module, long size, ModelProvider provider) =>
        AddParameters(scope, $"{module}.layer_norm_", size, provider);

    private static void AddParameters(TableScope scope, string prefix, long size, ModelProvider provider)
    {
        scope.Parameter(prefix + "weight", [size], Cut.Replicated);
        if (provider.Normalization == "LayerNorm" && LayerSpec.Of(provider).HasNormBias)
        {
            scope.Parameter(prefix + "bias", [size], Cut.Replicated);
        }
    }
}
