using MegatronBridge.Conversion;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>The parameters of a Megatron model, those that are adapted with the adapter merged in as they are read.</summary>
internal sealed class MergedParameters : IParameterSource
{
    private readonly IParameterSource _model;
    private readonly Dictionary<string, TensorView> _merged = new(StringComparer.Ordinal);

    /// <summary>Merges an adapter into a model.</summary>
    /// <exception cref="MappingException">The adapter does not fit; all faults are told.</exception>
    public MergedParameters(AdapterSet adapter, IParameterSource model, IEnumerable<Binding> bindings)
    {
        _model = model;
        MergedWeights weights = new(adapter);
        foreach (Binding binding in bindings.Where(weights.Has))
        {
            if (model.Find(binding.Parameter) is { } whole)
            {
                _merged[binding.Parameter.Name] = weights.Merge(binding, whole);
            }
        }

        weights.RequireAll();
    }

    /// <inheritdoc/>
    public IEnumerable<string> Unused => _model.Unused;

    /// <inheritdoc/>
    public TensorView? Find(ModelParameter parameter) =>
        _merged.GetValueOrDefault(parameter.Name) ?? _model.Find(parameter);
}
