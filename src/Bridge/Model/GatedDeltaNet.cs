using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>
/// Gated delta net, a linear attention: one projection in with all components, a convolution over queries, keys and values, a norm
/// of each value head, a projection out. The checkpoint stores the components one by one.
/// </summary>
internal static class GatedDeltaNet
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        long hidden = provider.HiddenSize;
        long valueHeads = Required(provider.LinearNumValueHeads, "linear_num_value_heads");
        long valueSize = Required(provider.LinearValueHeadDim, "linear_value_head_dim");
        long keys =
            (long)Required(provider.LinearNumKeyHeads, "linear_num_key_heads")
            * Required(provider.LinearKeyHeadDim, "linear_key_head_dim");
        long values = valueHeads * valueSize;
        CutPart[] convolved = [new(keys, "query"), new(keys, "key"), new(values, "value")];
        CutPart[] projected = [.. convolved, new(values, "z"), new(valueHeads, "beta"), new(valueHeads, "alpha")];

        scope.Parameter("self_attention.dt_bias", [valueHeads], Cut.Rows);
        scope.Parameter("self_attention.A_log", [valueHeads], Cut.Rows);
        Norm.AddFused(scope, "self_attention.in_proj", hidden, provider);
        scope.Linear(
            "self_attention.in_proj",
            [projected.Sum(part => part.Rows), hidden],
            Cut.RowParts(projected),
            provider.AddBiasLinear
        );
        scope.Parameter(
            "self_attention.conv1d.weight",
            [convolved.Sum(part => part.Rows), 1, Required(provider.LinearConvKernelDim, "linear_conv_kernel_dim")],
            Cut.RowParts(convolved)
        );
        Norm.AddTo(scope, "self_attention.out_norm", valueSize, provider);
        scope.Linear("self_attention.out_proj", [hidden, values], Cut.Columns, provider.AddBiasLinear);
    }

    private static int Required(int? value, string field) =>
        value ?? throw new InvalidConfigException($"{field} is not set, and gated delta net layers need it.");
}
