using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>A tensor that a cast leaves as it is, and why.</summary>
public sealed record KeptTensor(string Name, DType DType, string Reason);
