using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>A box of a tensor and the item that holds it.</summary>
/// <param name="Box">Which elements.</param>
/// <param name="Place">Where they lie.</param>
public sealed record StoredChunk(Box Box, ItemPlace Place);
