namespace MegatronBridge.Storage.Safetensors;

/// <summary>One file of a model and the names of the tensors in it.</summary>
public sealed record Shard(string FileName, IReadOnlyList<string> Tensors);
