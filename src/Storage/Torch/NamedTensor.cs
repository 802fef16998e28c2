using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Torch;

/// <summary>A tensor in a graph of values.</summary>
/// <param name="Name">Keys, indices and attributes on the way to it, joined by dots; empty when it is the whole.</param>
/// <param name="View">The tensor, or null when it has no plain data.</param>
/// <param name="Problem">Why there is no <paramref name="View"/>.</param>
public sealed record NamedTensor(string Name, TensorView? View, string? Problem);
