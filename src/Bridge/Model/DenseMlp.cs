using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model;

/// <summary>A dense MLP, plain or gated, with its norms: one fused into the first layer, one behind the last.</summary>
internal static class DenseMlp
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        LayerSpec spec = LayerSpec.Of(provider);
        if (spec.HasNormBeforeMlp)
        {
            Norm.AddFused(scope, "mlp.linear_fc1", provider.HiddenSize, provider);
        }

        AddProjections(scope, "mlp", provider, provider.HiddenSize, provider.FfnHiddenSize);
        if (spec.HasPostNorms)
        {
            Norm.AddTo(scope, "mlp.linear_fc2.post_layernorm", provider.HiddenSize, provider);
        }
    }

    /// <summary>Adds the two projections of an MLP between any two widths.</summary>
    public static void AddProjections(
        TableScope scope,
        string prefix,
        ModelProvider provider,
        long outerWidth,
        long innerWidth
    ) => AddProjections([scope], prefix, provider, outerWidth, innerWidth);

    /// <summary>Adds those of several MLPs: the first of all, then the second of all, as a checkpoint lists experts.</summary>
    public static void AddProjections(
        IReadOnlyList<TableScope> scopes,
        string prefix,
        ModelProvider provider,
        long outerWidth,
        long innerWidth
    )
    {
        bool isGated = provider.GatedLinearUnit;
        bool hasBias = provider.AddBiasLinear || provider.AddMlpBias;
        Shape first = [isGated ? 2 * innerWidth : innerWidth, outerWidth];
        Cut cut = isGated ? Cut.RowParts(new CutPart(innerWidth), new CutPart(innerWidth)) : Cut.Rows;
        foreach (TableScope scope in scopes)
        {
            scope.Linear($"{prefix}.linear_fc1", first, cut, hasBias);
        }

        foreach (TableScope scope in scopes)
        {
            scope.Linear($"{prefix}.linear_fc2", [outerWidth, innerWidth], Cut.Columns, hasBias);
        }
    }
}
