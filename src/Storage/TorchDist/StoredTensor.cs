using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>A tensor as the index of a checkpoint lists it.</summary>
/// <param name="Key">Its name, for example <c>decoder.layers.mlp.linear_fc1.weight</c>.</param>
/// <param name="DType">Type of its elements.</param>
/// <param name="Shape">Its whole shape, however it is cut.</param>
/// <param name="Chunks">Its parts, in the order of the index; they tile the shape. Some may be empty.</param>
public sealed record StoredTensor(string Key, DType DType, Shape Shape, IReadOnlyList<StoredChunk> Chunks);
