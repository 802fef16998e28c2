namespace MegatronBridge.Storage.Files;

/// <summary>What a transfer did: bytes of tensor data written, and the time until they were on the disk.</summary>
public readonly record struct TransferResult(long Bytes, TimeSpan Elapsed);
