using MegatronBridge.Conversion;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>Tells which tensors of an adapter change their type.</summary>
internal static class AdapterCasts
{
    /// <summary>Those that are not yet of the wanted type.</summary>
    public static IEnumerable<Cast> Of(AdapterSet adapter, DType? wanted) =>
        wanted is not { } target
            ? []
            : PeftTensors
                .Of(adapter)
                .Where(tensor => tensor.Value.DType != target)
                .Select(tensor => new Cast(tensor.Key, tensor.Value.DType, target));
}
