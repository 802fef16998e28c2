using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>The tensors of a Hugging Face model, those that are adapted with the adapter merged in as they are read.</summary>
internal sealed class MergedTensors : ITensorSource
{
    private readonly OrderedDictionary<string, TensorView> _tensors = new(StringComparer.Ordinal);

    /// <summary>Merges an adapter into a model.</summary>
    /// <exception cref="MappingException">The adapter does not fit; all faults are told.</exception>
    public MergedTensors(AdapterSet adapter, ITensorSource model, Family family, ModelProvider provider)
    {
        MergedWeights weights = new(adapter);
        HashSet<string> inputFirst = weights.HasPacked ? InputFirst(model, family, provider) : [];
        foreach (string name in model.Names)
        {
            _tensors.Add(name, weights.Merge(name, model.Find(name)!, inputFirst.Contains(name)));
        }

        weights.RequireAll();
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <inheritdoc/>
    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);

    private static HashSet<string> InputFirst(ITensorSource model, Family family, ModelProvider provider) =>
        [
            .. Binding
                .Bind(family, provider, ModelTable.Build(provider), model)
                .Where(binding => binding.Fused?.Index == 0 && HfRows.IsInputFirst(binding))
                .SelectMany(binding => binding.HfNames),
        ];
}
