using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Storage.Comparison;

/// <summary>Tensors in memory, for tests.</summary>
internal sealed class MemorySource(params IEnumerable<(string Name, TensorView Tensor)> tensors) : ITensorSource
{
    private readonly OrderedDictionary<string, TensorView> _tensors = new(
        tensors.Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tensor))
    );

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public TensorView? Find(string name) => _tensors.GetValueOrDefault(name);
}
