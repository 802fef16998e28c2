using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>A piece of a parameter and its contents, in the shape in which a checkpoint stores it.</summary>
public sealed record PlannedChunk(ParameterChunk Chunk, TensorView View);
