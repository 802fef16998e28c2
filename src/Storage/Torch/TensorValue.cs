using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Torch;

/// <summary>A tensor in a graph of values that is to be saved: <see cref="TorchLayout"/> gives it a storage of its own.</summary>
public sealed class TensorValue(TensorView view) : PickleValue
{
    /// <summary>The elements.</summary>
    public TensorView View { get; } = view;
}
