using MegatronBridge.Conversion;
using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu;

/// <summary>The parameters that an import would write, read from where they come from.</summary>
public sealed class PlannedSource(ImportPlan plan) : IParameterSource
{
    private readonly Dictionary<string, TensorView> _views = plan.Parameters.ToDictionary(
        parameter => parameter.Binding.Parameter.Name,
        parameter => parameter.View,
        StringComparer.Ordinal
    );

    /// <inheritdoc/>
    public IEnumerable<string> Unused => [];

    /// <inheritdoc/>
    public TensorView? Find(ModelParameter parameter) => _views.GetValueOrDefault(parameter.Name);
}
