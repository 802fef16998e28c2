using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>The experts of ERNIE 4.5 VL: a pool for text and one, of other width, for what is seen, each with a router; and shared experts.</summary>
internal static class ErnieVlExperts
{
    public static void AddTo(TableScope scope, ModelProvider provider)
    {
        TableScope own = scope.Inside("mlp.");
        Norm.AddTo(scope, "pre_mlp_layernorm", provider.HiddenSize, provider);
        AddPool(own.Inside("text_moe_layer."), provider);
        AddPool(own.Inside("vision_moe_layer."), OfVision(provider));
        MixtureOfExperts.AddSharedExperts(own, provider);
    }

    private static void AddPool(TableScope scope, ModelProvider provider)
    {
        MixtureOfExperts.AddRouter(scope, provider);
        MixtureOfExperts.AddExperts(scope, provider);
    }

    private static ModelProvider OfVision(ModelProvider provider)
    {
        ModelProvider vision = provider.Clone();
        vision["moe_ffn_hidden_size"] = provider["moe_intermediate_size"] is ConfigValue.List { Items: [_, var width] }
            ? width
            : throw new InvalidConfigException(
                $"moe_intermediate_size must be two whole numbers, found {provider["moe_intermediate_size"]}."
            );
        return vision;
    }
}
