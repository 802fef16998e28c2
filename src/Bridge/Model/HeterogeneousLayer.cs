using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>A layer in which a single linear layer, with a norm fused into it, or nothing at all may stand for attention or MLP.</summary>
internal static class HeterogeneousLayer
{
    /// <summary>Adds a layer as <paramref name="provider"/>, that of the layer, describes it.</summary>
    public static void AddTo(TableScope scope, ModelProvider provider, int layer)
    {
        LayerBlock block =
            provider.BlockOf(layer)
            ?? throw new InvalidConfigException($"{provider.Schema.Name} does not tell what its layers have.");
        if (block.Attention == BlockPart.Whole)
        {
            SelfAttention.AddTo(scope.Inside("self_attention."), provider);
        }
        else
        {
            AddReplacement(scope, "self_attention", provider, block.Attention);
        }

        if (block.Mlp == BlockPart.Whole)
        {
            DenseMlp.AddTo(scope, provider);
        }
        else
        {
            AddReplacement(scope, "mlp", provider, block.Mlp);
        }
    }

    private static void AddReplacement(TableScope scope, string module, ModelProvider provider, BlockPart part)
    {
        if (part == BlockPart.Linear)
        {
            scope.Parameter($"{module}.layer_norm_weight", [provider.HiddenSize], Cut.Replicated);
            scope.Linear(module, [provider.HiddenSize, provider.HiddenSize], Cut.Rows, provider.AddBiasLinear);
        }
    }
}
