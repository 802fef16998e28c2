using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>What the header of a safetensors file tells of one tensor.</summary>
/// <param name="Name">Any text, also the empty one.</param>
/// <param name="DType">Type of the elements.</param>
/// <param name="Shape">Sizes of the dimensions.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte behind the last one.</param>
internal sealed record SafetensorsEntry(string Name, DType DType, Shape Shape, long Begin, long End);
