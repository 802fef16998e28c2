using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>A dense MLP, plain or gated, with its norm fused into the first layer.</summary>
internal static class DenseMlp
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        Norm.AddFused(scope, "mlp.linear_fc1", provider.HiddenSize, provider);
        AddProjections(scope, "mlp", provider, provider.FfnHiddenSize, provider.AddBiasLinear);
    }

    /// <summary>Adds the two projections of an MLP of any width: dense, shared expert, routed expert.</summary>
    public static void AddProjections(TableScope scope, string prefix, ModelProvider provider, long width, bool hasBias)
    {
        long hidden = provider.HiddenSize;
        long rows = provider.GatedLinearUnit ? 2 * width : width;
        Cut cut = provider.GatedLinearUnit ? Cut.RowParts(new CutPart(width), new CutPart(width)) : Cut.Rows;

        scope.Parameter($"{prefix}.linear_fc1.weight", [rows, hidden], cut);
        if (hasBias)
        {
            scope.Parameter($"{prefix}.linear_fc1.bias", [rows], cut);
        }

        scope.Module($"{prefix}.linear_fc1");
        scope.Parameter($"{prefix}.linear_fc2.weight", [hidden, width], Cut.Columns);
        if (hasBias)
        {
            scope.Parameter($"{prefix}.linear_fc2.bias", [hidden], Cut.Replicated);
        }

        scope.Module($"{prefix}.linear_fc2");
    }
}
