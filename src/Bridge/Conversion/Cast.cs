using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>A tensor whose element type a conversion changes.</summary>
public sealed record Cast(string Name, DType From, DType To);
