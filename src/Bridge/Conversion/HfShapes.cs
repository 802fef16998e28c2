using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>The shapes of the Hugging Face tensors of many parameters: thousands of experts are alike, and asked for once.</summary>
internal sealed class HfShapes
{
    private readonly Dictionary<(ParameterMapping, ModelProvider, Shape, int?), IReadOnlyList<Shape>> _known = [];

    /// <summary>What <see cref="Binding.HfShapes"/> tells.</summary>
    public IReadOnlyList<Shape> Of(Binding binding)
    {
        var key = (binding.Mapping, binding.Provider, binding.Parameter.Shape, binding.Fused?.Count);
        if (!_known.TryGetValue(key, out IReadOnlyList<Shape>? shapes))
        {
            _known.Add(key, shapes = binding.HfShapes());
        }

        return shapes;
    }
}
