using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Inspection;

/// <summary>A tensor of a checkpoint and how it lies there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="View">Its contents.</param>
/// <param name="Files">Names of the files that hold it.</param>
/// <param name="ChunkGrid">Into how many parts each dimension is cut; null where tensors are never cut.</param>
public sealed record CheckpointTensor(
    string Name,
    TensorView View,
    IReadOnlyList<string> Files,
    IReadOnlyList<int>? ChunkGrid
);
