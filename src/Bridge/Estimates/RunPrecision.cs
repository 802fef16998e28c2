using MegatronBridge.Config;
using MegatronBridge.Recipes;
using MegatronBridge.Recipes.Rules;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Estimates;

/// <summary>In which types a run keeps weights and gradients: <c>mixed_precision</c> says it, by a name or field by field, over the model.</summary>
internal static class RunPrecision
{
    /// <summary>Sets the type of a model; true when gradients are reduced in float32.</summary>
    /// <exception cref="InvalidConfigException">The precision is not known.</exception>
    public static bool Apply(ModelProvider provider, ConfigContainer config)
    {
        PrecisionSettings.Apply(provider, config["mixed_precision"]);
        switch (config["mixed_precision"])
        {
            case ConfigValue.Text { Value: var name }:
                bool isHalf = name.StartsWith("fp16", StringComparison.Ordinal);
                provider.ParamsDtype =
                    isHalf ? DType.F16
                    : name.Contains("bf16", StringComparison.Ordinal) ? DType.BF16
                    : throw new InvalidConfigException(
                        $"mixed_precision is {name}; names that begin with bf16 or fp16 are known."
                    );
                return !isHalf;
            case ConfigValue.Map precision:
                provider.ParamsDtype =
                    TypeOf(precision.Find("params_dtype") ?? ConfigValue.Null) ?? provider.ParamsDtype;
                return precision.Find("grad_reduce_in_fp32") != false;
            default:
                return config["ddp.grad_reduce_in_fp32"] != false;
        }
    }

    /// <summary>The type that a value names as <c>torch.bfloat16</c>; null where it names none.</summary>
    public static DType? TypeOf(ConfigValue value) =>
        Targets.Of(value) is { } target && target.StartsWith("torch.", StringComparison.Ordinal)
            ? DTypes.FromTorchName(target["torch.".Length..])
            : null;
}
