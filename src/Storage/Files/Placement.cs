using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Files;

/// <summary>A tensor and the byte of its output file where its row-major contents begin.</summary>
public readonly record struct Placement(TensorView View, long Position);
