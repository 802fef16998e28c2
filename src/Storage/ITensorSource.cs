using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage;

/// <summary>Named tensors, wherever they are: all that a conversion may ask for.</summary>
public interface ITensorSource
{
    /// <summary>All names.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The tensor of that name, or null.</summary>
    TensorView? Find(string name);
}
